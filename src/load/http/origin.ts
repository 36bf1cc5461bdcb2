// Where a request goes: connections are kept by it.

import { domainToASCII } from 'node:url';

export interface Origin {
  readonly secure: boolean;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** The same for the same origin. */
  readonly key: string;
}

export function originOf({ secure, host, port }: Omit<Origin, 'key'>): Origin {
  const bare = host.startsWith('[') ? host.slice(1, -1) : asciiHost(host);
  return { secure, host: bare, port, key: `${secure ? 'https' : 'http'}://${bare.toLowerCase()}:${port}` };
}

/** As it stands in URLs and in the Host header: with its port unless that is the protocol's own, an IPv6 address in brackets. */
export function authorityOf({ secure, host, port }: Omit<Origin, 'key'>): string {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : asciiHost(host);
  return port === (secure ? 443 : 80) ? name : `${name}:${port}`;
}

/** A name with other letters as DNS knows it; empty: it is none. */
export function asciiHost(host: string): string {
  return /^[!-~]*$/.test(host) ? host : domainToASCII(host);
}

export function urlOf(request: Omit<Origin, 'key'> & { readonly target: string }): string {
  return `${request.secure ? 'https' : 'http'}://${authorityOf(request)}${request.target}`;
}
