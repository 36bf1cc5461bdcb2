// What every byte of a head has to be. One regular expression says whether all is well, and only where it is not somebody looks for the reason.

import type { Malformed } from './heads.ts';

const token = "[!#$%&'*+\\-.^_`|~\\dA-Za-z]+";
const fields = `(?:${token}:[\\t\\x20-\\x7e\\x80-\\xff]*\\r\\n)*`;

/** A whole head of a request without its empty line. The target is any text without spaces: request-target.ts reads it. */
export const requestShape = new RegExp(`^${token} [!-~]+ HTTP/1\\.[01]\\r\\n${fields}$`);
/** Servers may leave out the space behind the status where there is no reason. */
export const responseShape = new RegExp(
  `^HTTP/1\\.[01] [1-5]\\d\\d(?: [\\t\\x20-\\x7e\\x80-\\xff]*)?\\r\\n${fields}$`,
);

const fieldShape = new RegExp(`^${token}:[\\t\\x20-\\x7e\\x80-\\xff]*$`);
const methodShape = new RegExp(`^${token}$`);

/** Why a request that does not have requestShape has not. */
export function requestFault(text: string): Malformed {
  const [line = '', ...others] = text.split('\r\n');
  const reason = badByte(line);
  if (reason !== undefined) return { status: 400, reason };
  return requestLineFault(line) ?? { status: 400, reason: fieldsFault(others) };
}

/** Why a request line cannot be one; undefined where it can. */
export function requestLineFault(line: string): Malformed | undefined {
  const [method = '', target = '', version = '', ...more] = line.split(' ');
  if (!methodShape.test(method)) return { status: 400, reason: 'invalid method' };
  if (more.length > 0) return { status: 400, reason: 'a space too many in the request line' };
  if (version === '') return { status: 400, reason: 'a request line without a version' };
  if (!/^HTTP\/\d\.\d$/.test(version)) return { status: 400, reason: 'invalid version' };
  if (!/^HTTP\/1\.[01]$/.test(version)) return { status: 505, reason: 'not HTTP/1.0 or HTTP/1.1' };
  return /^[!-~]+$/.test(target) ? undefined : { status: 400, reason: 'invalid characters in the target' };
}

/** Why an answer that does not have responseShape has not. */
export function responseFault(text: string): Malformed {
  const [line = '', ...others] = text.split('\r\n');
  const good = responseShape.test(`${line}\r\n`);
  return { status: 502, reason: good ? fieldsFault(others) : (badByte(line) ?? 'invalid status line') };
}

function fieldsFault(lines: readonly string[]): string {
  const bad = lines.slice(0, -1).find((line) => !fieldShape.test(line));
  return bad === undefined ? 'the head does not end as it has to' : fieldFault(bad);
}

/** Why a line is no field. */
export function fieldFault(line: string): string {
  if (/^[\t ]/.test(line)) return 'a folded field';
  const reason = badByte(line);
  if (reason !== undefined) return reason;
  const colon = line.indexOf(':');
  if (colon < 0) return 'a field without a colon';
  if (colon === 0) return 'a field without a name';
  return /[\t ]$/.test(line.slice(0, colon)) ? 'a space before the colon' : 'invalid name of a field';
}

/** What no text of a head may have beside CRLF; undefined: nothing of it. */
export function badByte(text: string): string | undefined {
  if (/(?<!\r)\n/.test(text)) return 'LF without CR';
  if (/\r(?!\n)/.test(text)) return 'CR without LF';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) ? 'a control character' : undefined;
}

/** Whether a line is a well-formed field, as trailers have to be too. */
export function isField(line: string): boolean {
  return fieldShape.test(line);
}
