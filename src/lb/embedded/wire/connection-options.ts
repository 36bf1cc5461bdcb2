// The field Connection (RFC 9110 section 7.6.1): whether to go on, and which fields are for this connection only.

import { field, markedValue } from './field-marks.ts';
import type { Marks } from './heads.ts';

export interface ConnectionOptions {
  readonly close: boolean;
  readonly keepAlive: boolean;
  readonly upgrade: boolean;
  /** Other names, lower case. */
  readonly names: readonly string[];
}

const nothing: readonly string[] = [];
export const noOptions: ConnectionOptions = {
  close: false,
  keepAlive: false,
  upgrade: false,
  names: nothing,
};
// Nearly all that ever come.
const keepAliveOnly: ConnectionOptions = { ...noOptions, keepAlive: true };
const closeOnly: ConnectionOptions = { ...noOptions, close: true };

const tokenList = /^[\t ,]*(?:[!#$%&'*+\-.^_`|~\dA-Za-z]+(?:[\t ]*(?:,[\t ]*)+|[\t ]*$))*$/;

/** All Connection fields together; undefined: one is no list of tokens. */
export function readConnection(text: string, marks: Marks): ConnectionOptions | undefined {
  let value: string | undefined;
  for (let i = 0; i < marks.length; i += 3) {
    if (marks[i] !== field.connection) continue;
    const more = markedValue(text, marks, i);
    value = value === undefined ? more : `${value},${more}`;
  }
  return value === undefined ? noOptions : parse(value);
}

function parse(value: string): ConnectionOptions | undefined {
  if (value === 'keep-alive' || value === 'Keep-Alive') return keepAliveOnly;
  if (value === 'close') return closeOnly;
  if (!tokenList.test(value)) return undefined;
  const tokens = value.toLowerCase().split(/[\t ,]+/);
  return {
    close: tokens.includes('close'),
    keepAlive: tokens.includes('keep-alive'),
    upgrade: tokens.includes('upgrade'),
    names: tokens.filter((token) => token !== '' && !plainOptions.has(token)),
  };
}

const plainOptions = new Set(['close', 'keep-alive', 'upgrade']);

const endToEnd = new Set([
  ...[
    'authorization',
    'cache-control',
    'content-encoding',
    'content-length',
    'content-range',
    'content-type',
  ],
  ...[
    'cookie',
    'expect',
    'forwarded',
    'host',
    'location',
    'origin',
    'set-cookie',
    'transfer-encoding',
    'via',
  ],
  ...['www-authenticate', 'x-real-ip', 'x-relevo-outcome', 'x-request-id'],
]);

/**
 * Whether a field is for the other end, whatever Connection says: a sender that could have it cut out would have servers believe something
 * that the balancer, or another proxy, had told them otherwise.
 */
export function isEndToEnd(name: string): boolean {
  const meant = name.replaceAll('_', '-');
  return endToEnd.has(meant) || meant.startsWith('x-forwarded-');
}
