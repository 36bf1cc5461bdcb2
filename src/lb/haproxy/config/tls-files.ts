// Certificates and the keys of session tickets as files that HAProxy reads. A broken certificate is told and left out.

import { createHmac, createPrivateKey, X509Certificate } from 'node:crypto';
import type { Problem } from '../../engine.ts';
import type { Certificate } from '../../model.ts';
import { proxyName } from '../names.ts';

export const ticketKeyFile = 'ticket-keys';

/** Certificate and key in one file, as `crt` wants it; lines without empty ones, which would end a command of the runtime API. */
export function certificateText({ chain, key }: Certificate): string {
  return `${chain}\n${key}\n`.replace(/\r/g, '').replace(/\n\s*\n+/g, '\n');
}

export function certificateFile(name: string): string {
  return `${proxyName(name)}.pem`;
}

export function certificateProblem(certificate: Certificate): Problem | undefined {
  try {
    const leaf = new X509Certificate(certificate.chain);
    if (leaf.checkPrivateKey(createPrivateKey(certificate.key))) return undefined;
    return problem(certificate, 'its key belongs to another certificate');
  } catch (error) {
    return problem(certificate, `it cannot be read (${(error as Error).message})`);
  }
}

function problem({ name }: Certificate, why: string): Problem {
  return { subject: name, kind: 'certificate', message: `certificate ${name} is not used: ${why}` };
}

/** The lines of a crt-list: the first is for whoever asks for none of the names. */
export function certificateList(names: readonly string[]): string {
  return `${names.map(certificateFile).join('\n')}\n`;
}

/**
 * HAProxy makes tickets with the last but one of at least three keys and reads with all. Where there are fewer others are derived, the same
 * ones in all processes.
 */
export function ticketKeys(keys: readonly string[]): string {
  const [current = spareKey('', 0), ...others] = keys;
  const before = others.length > 0 ? others : [spareKey(current, 0)];
  return `${[...before, current, spareKey(current, 1)].join('\n')}\n`;
}

function spareKey(key: string, number: number): string {
  const half = (name: string) => createHmac('sha256', key).update(`spare ${number}${name}`).digest();
  return Buffer.concat([half('a'), half('b')])
    .subarray(0, 48)
    .toString('base64');
}
