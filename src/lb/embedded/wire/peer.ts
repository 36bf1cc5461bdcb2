// Who is at the other end of a client's connection, and the fields that tell servers so. One for each connection: what stays the same from
// request to request is made once.

export interface PeerOptions {
  /** IPv4 or IPv6; an IPv4 address in IPv6 (::ffff:192.0.2.1) becomes plain IPv4, and a zone (%eth0) goes. */
  readonly address: string;
  readonly scheme: 'http' | 'https';
  /** The port that the client came to. */
  readonly port: number;
  /** Whether its X-Forwarded-*, Forwarded and X-Request-Id are believed. */
  readonly trusted: boolean;
}

export class Peer {
  readonly address: string;
  readonly scheme: 'http' | 'https';
  readonly port: number;
  readonly trusted: boolean;
  #authority: string | undefined;
  #lines = '';

  constructor(options: PeerOptions) {
    this.address = plainAddress(options.address);
    this.scheme = options.scheme;
    this.port = options.port;
    this.trusted = options.trusted;
  }

  /** X-Forwarded-For, -Proto, -Port, -Host and Forwarded of a request for this authority (empty: without -Host), nothing having come before. */
  fieldsFor(authority: string): string {
    if (authority === this.#authority) return this.#lines;
    this.#authority = authority;
    const host = authority === '' ? [] : [`X-Forwarded-Host: ${authority}`];
    // Joined, not added up: one flat text is quicker to copy from than a tree of its parts.
    this.#lines = [
      `X-Forwarded-For: ${this.address}`,
      `X-Forwarded-Proto: ${this.scheme}`,
      `X-Forwarded-Port: ${this.port}`,
      ...host,
      `Forwarded: ${this.forwardedElement(authority)}`,
      '',
    ].join('\r\n');
    return this.#lines;
  }

  /** RFC 7239 section 4. An IPv6 address is quoted and in brackets (section 6). */
  forwardedElement(authority: string): string {
    const node = this.address.includes(':') ? `"[${this.address}]"` : this.address;
    const host = authority === '' ? '' : `;host=${quotedUnlessToken(authority)}`;
    return `for=${node}${host};proto=${this.scheme}`;
  }
}

function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address.replace(/%.*$/, '');
}

function quotedUnlessToken(authority: string): string {
  return /^[\w.~-]+$/.test(authority) ? authority : `"${authority}"`;
}
