// The target of a request (RFC 9112 section 3.2): origin form, absolute form, or the asterisk of OPTIONS. Taken as it is or refused, never
// normalised: the server sees the same path that routing went by.

import { type Authority, readAuthority } from './authority.ts';
import type { Malformed } from './heads.ts';

export interface RequestTarget {
  /** In origin form, or `*`. */
  readonly text: string;
  readonly path: string;
  /** With its question mark; empty for none. */
  readonly query: string;
  /** Of the absolute form. */
  readonly absolute?: { readonly scheme: string; readonly authority: Authority };
}

// RFC 3986's characters and what browsers send beside them (WHATWG URL): ^ | [ ] in paths, and most punctuation in queries.
const pathShape = /^\/[!$&-;=@-[\]^_a-z|~]*(?:%[\dA-Fa-f]{2}[!$&-;=@-[\]^_a-z|~]*)*$/;
const queryShape = /^[!$-;=?-~]*$/;

/**
 * A segment that is `.` or `..` in any spelling of the dot, its parameters left aside (`/..;x/` is one to servlet containers). What a
 * server makes of it may be another path than the one that was routed.
 */
const dotSegment = /\/(?:\.|%2e){1,2}(?:;[^/]*)?(?:\/|$)/i;

const absoluteForm = /^(https?):\/\/([^/?]*)(.*)$/i;

export function readTarget(method: string, text: string): RequestTarget | Malformed {
  if (text.charCodeAt(0) === 0x2f) return readOriginForm(text);
  if (text === '*') return method === 'OPTIONS' ? asterisk : refusals.asterisk;
  return readAbsoluteForm(method, text);
}

const asterisk: RequestTarget = { text: '*', path: '*', query: '' };

function readOriginForm(text: string): RequestTarget | Malformed {
  const mark = text.indexOf('?');
  const path = mark < 0 ? text : text.slice(0, mark);
  const query = mark < 0 ? '' : text.slice(mark);
  if (!pathShape.test(path) || !queryShape.test(query)) return refusals.characters;
  if (dotSegment.test(path)) return refusals.dotSegment;
  return { text, path, query };
}

function readAbsoluteForm(method: string, text: string): RequestTarget | Malformed {
  const match = absoluteForm.exec(text);
  if (match === null) return refusals.form;
  const [, scheme = '', name = '', rest = ''] = match;
  const authority = readAuthority(name);
  if (authority === undefined) return refusals.authority;
  const absolute = { scheme: scheme.toLowerCase(), authority };
  // RFC 9112 section 3.2.4: OPTIONS of an absolute target without a path means the server, as the asterisk does.
  if (method === 'OPTIONS' && rest === '') return { ...asterisk, absolute };
  const read = readOriginForm(rest.startsWith('/') ? rest : `/${rest}`);
  return 'status' in read ? read : { ...read, absolute };
}

const refusals = {
  asterisk: { status: 400, reason: 'the target * belongs to OPTIONS' },
  characters: { status: 400, reason: 'invalid characters in the target' },
  dotSegment: { status: 400, reason: 'a dot segment in the path' },
  form: { status: 400, reason: 'the target is neither a path nor an http URL' },
  authority: { status: 400, reason: 'invalid authority in the target' },
} as const satisfies Record<string, Malformed>;
