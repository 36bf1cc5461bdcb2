// The authority of a request: host and port, of Host or of an absolute target.

import { isIPv6 } from 'node:net';

export interface Authority {
  /** As it came. */
  readonly text: string;
  /** Lower case, without port. */
  readonly host: string;
  /** As it came; empty for none. */
  readonly port: string;
}

// Narrower than RFC 3986's reg-name, which would allow most punctuation: nothing but what names of hosts consist of, so that it can stand in
// Location, Forwarded and logs as it is.
const shape = /^(?:([\w.~-]+)|\[([\da-f:.]+)\])(?::(\d{0,5}))?$/i;

// The requests of a connection name the same host nearly always.
let last: Authority | undefined;

/** Undefined: invalid, which an empty one is too (RFC 9110 section 4.2.1). */
export function readAuthority(text: string): Authority | undefined {
  if (text === last?.text) return last;
  const read = parse(text);
  if (read !== undefined) last = read;
  return read;
}

function parse(text: string): Authority | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, name, literal, port = ''] = match;
  if (literal !== undefined && !isIPv6(literal)) return undefined;
  if (Number(port) > 65_535) return undefined;
  // A copy: a part of a text keeps the whole of it in memory, and this one lives as long as its connection.
  const own = Buffer.from(text, 'latin1').toString('latin1');
  return {
    text: own,
    host: (name ?? `[${literal}]`).toLowerCase(),
    port: port === '' ? '' : own.slice(-port.length),
  };
}

/** Whether both mean the same for a URL of this scheme: `Example.org` and `example.org:80` do for http. */
export function sameAuthority(a: Authority, b: Authority, scheme: string): boolean {
  const defaultPort = scheme === 'https' ? 443 : 80;
  const portOf = (authority: Authority) => (authority.port === '' ? defaultPort : Number(authority.port));
  return a.host === b.host && portOf(a) === portOf(b);
}
