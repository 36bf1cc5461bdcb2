// The user that a client certificate names: its common name, with its organizations as groups. That it is genuine and
// in date was checked by TLS.

import type { PeerCertificate } from 'node:tls';

export interface ClientCertificate {
  commonName: string;
  organizations: readonly string[];
}

/** Undefined without a certificate, or when it does not name exactly one user: several common names could be read in two ways. */
export function clientCertificateOf(peer: PeerCertificate | undefined): ClientCertificate | undefined {
  // Node gives an empty object where there is no certificate, and arrays where an attribute is repeated.
  const subject = peer?.subject as { CN?: string | string[]; O?: string | string[] } | undefined;
  const commonName = subject?.CN;
  if (typeof commonName !== 'string' || commonName === '') return undefined;
  const organizations = subject?.O ?? [];
  return { commonName, organizations: Array.isArray(organizations) ? organizations : [organizations] };
}
