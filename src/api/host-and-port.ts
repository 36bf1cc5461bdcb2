// How an address or a name stands before a port: IPv6 in brackets (RFC 3986 section 3.2.2).

/** As it stands in a URL. `address` has no brackets yet. */
export function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** `10.0.0.1:80`, `[fd00::1]:80`. */
export function hostAndPort(address: string, port: number): string {
  return `${urlHost(address)}:${port}`;
}
