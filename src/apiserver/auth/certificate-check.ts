// Whether kept certificates still serve, by node:crypto alone: the X.509 library is needed only to issue.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { KeyPair, LeafOrder } from './certificate-issuer.ts';

const dayMs = 86_400_000;
/** Leaves are issued anew when less than this is left (of a year). */
const renewBeforeMs = 90 * dayMs;

/** Undefined when the text is no certificate or no key. */
export function parsePair(
  pair: Partial<KeyPair>,
): { certificate: X509Certificate; privateKey: KeyObject } | undefined {
  try {
    return {
      certificate: new X509Certificate(pair.certificate ?? ''),
      privateKey: createPrivateKey(pair.privateKey ?? ''),
    };
  } catch {
    return undefined;
  }
}

/** What is wrong with a CA; undefined when it serves. */
export function caFault(pair: Partial<KeyPair>, now: number): string | undefined {
  const parsed = parsePair(pair);
  if (!parsed) return 'ca.crt or ca.key is missing or unreadable';
  const { certificate, privateKey } = parsed;
  if (!certificate.ca) return 'ca.crt is not a certificate authority';
  if (!certificate.checkPrivateKey(privateKey)) return 'ca.key does not belong to ca.crt';
  if (now >= certificate.validToDate.getTime())
    return `ca.crt expired on ${certificate.validToDate.toISOString()}`;
  return undefined;
}

/** Whether a leaf is what the order asks for, signed by this CA, and valid for a while yet. */
export function leafServes(
  pair: Partial<KeyPair>,
  order: LeafOrder,
  caCertificate: string,
  now: number,
): boolean {
  const parsed = parsePair(pair);
  if (!parsed) return false;
  const { certificate, privateKey } = parsed;
  const ca = new X509Certificate(caCertificate);
  return (
    certificate.checkPrivateKey(privateKey) &&
    certificate.checkIssued(ca) &&
    certificate.verify(ca.publicKey) &&
    isInDate(certificate, ca, order, now) &&
    namesSubject(certificate, order) &&
    hasNames(certificate, order)
  );
}

/** A leaf that ends with its CA cannot be made to last longer; one for fewer days than the margin lives two thirds of them. */
function isInDate(
  certificate: X509Certificate,
  ca: X509Certificate,
  { days }: LeafOrder,
  now: number,
): boolean {
  const end = certificate.validToDate.getTime();
  if (now < certificate.validFromDate.getTime() || now >= end) return false;
  if (end >= ca.validToDate.getTime()) return true;
  return end - now > Math.min(renewBeforeMs, (days * dayMs) / 3);
}

function namesSubject(certificate: X509Certificate, { organizations, commonName }: LeafOrder): boolean {
  const wanted = [...organizations.map((organization) => `O=${organization}`), `CN=${commonName}`];
  return certificate.subject === wanted.join('\n');
}

function hasNames(certificate: X509Certificate, { names, addresses }: LeafOrder): boolean {
  const present = certificate.subjectAltName?.split(', ').length ?? 0;
  return (
    present === names.length + addresses.length &&
    names.every(
      (name) => certificate.checkHost(name, { subject: 'never', wildcards: false }) !== undefined,
    ) &&
    addresses.every((address) => certificate.checkIP(address) !== undefined)
  );
}
