// Certificates that Ingresses ask for with `relevo.dev/tls: self-signed`: made once, kept in a Secret that all balancers share, made anew
// when the hosts change or it comes near its end.

import { createHash, webcrypto, X509Certificate } from 'node:crypto';
import type { V1Ingress, V1Secret } from '../api/generated/types.ts';
import { balancerNamespace } from '../api/relevo/departure.ts';
import type { Clock } from '../base/clock.ts';
import type { Client } from '../client/client.ts';
import { keyOf } from '../client/object-key.ts';
import { secrets } from '../client/resources.ts';
import type { Certificate } from '../lb/model.ts';
import { hostsOf, wantsSelfSigned } from './translate/ingress-certificates.ts';

export const selfSignedSecretName = 'relevo-balancer-certificates';

type Pair = Omit<Certificate, 'name'>;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 24 * 3_600_000;
const validDays = 365;
const renewDays = 30;

export class SelfSigned {
  readonly #client: Client;
  readonly #clock: Clock;
  #pairs: ReadonlyMap<string, Pair> = new Map();

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** By the key of the Ingress; undefined: not made yet. */
  of(ingressKey: string): Pair | undefined {
    return this.#pairs.get(ingressKey);
  }

  /** Whether some of these Ingresses ask for a certificate that is not there, or is not good any more. */
  isBehind(ingresses: readonly V1Ingress[]): boolean {
    return ingresses.some((one) => wantsSelfSigned(one) && !this.#serves(this.#pairs.get(keyOf(one)), one));
  }

  /** Makes what is missing, and forgets what nobody asks for. Rejects with the API's errors, a conflict with another balancer among them. */
  async keepUp(ingresses: readonly V1Ingress[], signal?: AbortSignal): Promise<void> {
    const api = this.#client.resource(secrets, balancerNamespace);
    const found = await api.find(selfSignedSecretName, { signal });
    const data: Record<string, string> = {};
    const pairs = new Map<string, Pair>();
    for (const ingress of ingresses.filter(wantsSelfSigned)) {
      const known = found && pairIn(found, ingress);
      const pair = known && this.#serves(known, ingress) ? known : await this.#make(hostsOf(ingress));
      pairs.set(keyOf(ingress), pair);
      data[entryOf(ingress)] = Buffer.from(JSON.stringify(pair)).toString('base64');
    }
    if (!found)
      await api.create({ metadata: { name: selfSignedSecretName }, type: 'Opaque', data }, { signal });
    else if (!isSame(found.data ?? {}, data)) await api.update({ ...found, data }, { signal });
    this.#pairs = pairs;
  }

  #serves(pair: Pair | undefined, ingress: V1Ingress): boolean {
    if (!pair) return false;
    try {
      const certificate = new X509Certificate(pair.chain);
      const left = certificate.validToDate.getTime() - this.#clock.now();
      return left > renewDays * dayMs && certificate.subjectAltName === altNames(namesOf(hostsOf(ingress)));
    } catch {
      return false;
    }
  }

  async #make(hosts: readonly string[]): Promise<Pair> {
    // The library is large, and few clusters need it.
    await import('reflect-metadata');
    const x509 = await import('@peculiar/x509');
    x509.cryptoProvider.set(webcrypto);
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const names = namesOf(hosts);
    const now = this.#clock.now();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      // A common name has at most 64 characters; who looks at it at all looks at the names below first.
      name: [{ CN: [(names[0] ?? '').slice(0, 64)] }],
      ...{ keys, signingAlgorithm: algorithm },
      // Clocks differ a little.
      notBefore: new Date(now - dayMs),
      notAfter: new Date(now + validDays * dayMs),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
      ],
    });
    const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
    return { chain: certificate.toString('pem'), key: pem(key) };
  }
}

/** Without a host any will do, but a certificate has to have a name. */
function namesOf(hosts: readonly string[]): readonly string[] {
  return hosts.length > 0 ? hosts : ['localhost'];
}

function altNames(names: readonly string[]): string {
  return names.map((name) => `DNS:${name}`).join(', ');
}

function pem(base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

/** Names of objects may be longer than names of entries. */
function entryOf(ingress: V1Ingress): string {
  return createHash('sha256').update(keyOf(ingress)).digest('hex');
}

function pairIn({ data }: V1Secret, ingress: V1Ingress): Pair | undefined {
  const text = data?.[entryOf(ingress)];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString()) as Pair;
  } catch {
    return undefined;
  }
}

function isSame(a: Record<string, string>, b: Record<string, string>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
