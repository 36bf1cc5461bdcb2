// Which server names a certificate is for, and which of several certificates a handshake gets.

import { X509Certificate } from 'node:crypto';

/** Lower case; wildcards as they stand. Of its alternative names, or where it has none its common name: RFC 9525 ends that, users do not. */
export function namesOf(pem: string): string[] {
  const { subjectAltName, subject } = new X509Certificate(pem);
  const alternatives = (subjectAltName ?? '')
    .split(', ')
    .flatMap((entry) => (entry.startsWith('DNS:') ? [entry.slice(4)] : []));
  const commonName = /^CN=(.+)$/m.exec(subject)?.[1];
  const names = subjectAltName === undefined && commonName ? [commonName] : alternatives;
  return names.map((name) => name.toLowerCase());
}

export interface Named {
  readonly names: readonly string[];
}

/** Exact names before wildcards, which stand for one label; the earlier of equals; without a match undefined. */
export function choose<C extends Named>(certificates: readonly C[], serverName: string): C | undefined {
  const name = serverName.toLowerCase();
  const wildcard = `*${name.slice(name.indexOf('.'))}`;
  return (
    certificates.find(({ names }) => names.includes(name)) ??
    (name.includes('.') ? certificates.find(({ names }) => names.includes(wildcard)) : undefined)
  );
}
