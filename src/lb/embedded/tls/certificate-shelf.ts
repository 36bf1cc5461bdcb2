// The certificates of a worker, ready for handshakes. One that is of no use leaves the former of its name in force.

import type { SecureContext } from 'node:tls';
import type { Problem } from '../../engine.ts';
import type { Certificate } from '../../model.ts';
import { namesOf } from './certificate-names.ts';
import { nodeTls } from './node-tls.ts';
import { useTicketKeys } from './ticket-keys.ts';

export interface ReadyCertificate {
  readonly names: readonly string[];
  readonly context: SecureContext;
}

interface Shelved extends ReadyCertificate {
  readonly chain: string;
  readonly key: string;
  readonly ticketKeys: string;
}

/** Sessions are only taken up where they were begun in the same context: the same for all workers and balancers. */
const sessionIdContext = 'relevo';

export class CertificateShelf {
  readonly #shelf = new Map<string, Shelved>();

  /** Connections that stand keep what they were made with. */
  update(certificates: readonly Certificate[], ticketKeys: readonly string[]): Problem[] {
    const names = new Set(certificates.map(({ name }) => name));
    for (const name of this.#shelf.keys()) if (!names.has(name)) this.#shelf.delete(name);
    return certificates.flatMap((certificate) => this.#put(certificate, ticketKeys) ?? []);
  }

  get(name: string): ReadyCertificate | undefined {
    return this.#shelf.get(name);
  }

  #put(certificate: Certificate, ticketKeys: readonly string[]): Problem | undefined {
    const { name } = certificate;
    const former = this.#shelf.get(name);
    try {
      this.#shelf.set(name, shelved(certificate, ticketKeys, former));
      return undefined;
    } catch (error) {
      const stays = former ? 'the former one stays in force' : 'connections that need it are refused';
      const message = `certificate ${name} is of no use (${reasonOf(error)}); ${stays}`;
      return { subject: name, kind: 'certificate', message };
    }
  }
}

/** What has not changed is not made again: a handshake's context takes a millisecond. */
function shelved({ chain, key }: Certificate, keys: readonly string[], former: Shelved | undefined): Shelved {
  const ticketKeys = keys.join(' ');
  if (former?.chain === chain && former.key === key && former.ticketKeys === ticketKeys) return former;
  const context = nodeTls().createSecureContext({
    cert: chain,
    key,
    sessionIdContext,
    honorCipherOrder: true,
  });
  useTicketKeys(context, keys);
  return { names: namesOf(chain), context, chain, key, ticketKeys };
}

/** OpenSSL's words without its codes and places. */
function reasonOf(error: unknown): string {
  const { message, reason } = error as Error & { reason?: string };
  return (reason ?? message).replace(/\s*\n\s*/g, ' ').toLowerCase();
}
