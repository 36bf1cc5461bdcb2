// Answers that the balancer makes itself, but for the sorry page: refusals and redirects. And how all of them look on the wire.

import type { Frontend } from '../../model.ts';
import type { Observation } from '../dispatch.ts';
import type { RequestHead } from '../wire/heads.ts';

export interface LocalAnswer {
  readonly status: number;
  readonly reason: string;
  /** With Content-Length; without Date and Connection. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

const nothing = Buffer.alloc(0);
/** Node's own list comes with all of node:http, which makes each worker's start 35 ms longer. */
const reasons: Readonly<Record<number, string>> = {
  ...{ 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed' },
  ...{ 408: 'Request Timeout', 411: 'Length Required', 413: 'Payload Too Large', 414: 'URI Too Long' },
  ...{ 417: 'Expectation Failed', 431: 'Request Header Fields Too Large', 500: 'Internal Server Error' },
  ...{ 501: 'Not Implemented', 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout' },
  505: 'HTTP Version Not Supported',
};

export function serialize(answer: LocalAnswer, keepAlive: boolean): Buffer {
  const fields = answer.fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const connection = `Connection: ${keepAlive ? 'keep-alive' : 'close'}\r\n`;
  const line = `HTTP/1.1 ${answer.status} ${answer.reason}\r\n`;
  const head = `${line}Date: ${new Date().toUTCString()}\r\n${fields}${connection}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), answer.body]);
}

/**
 * The page that the frontend has for the status, else one line that says what is wrong, for people who look with curl. `method`: undefined
 * for a request that could not be read.
 */
export function ownAnswer(
  { errorPages }: Pick<Frontend, 'errorPages'>,
  status: number,
  why: string,
  method?: string,
): LocalAnswer {
  const reason = reasons[status] ?? 'Unknown';
  const page = errorPages?.find((one) => one.status === status);
  const body = Buffer.from(page?.body ?? `${status} ${reason}: ${why}\n`);
  const fields: LocalAnswer['fields'] = [
    ['Content-Type', page?.contentType ?? 'text/plain; charset=utf-8'],
    ['Content-Length', String(body.length)],
    ['Cache-Control', 'no-store'],
  ];
  return { status, reason, fields, body: method === 'HEAD' ? nothing : body };
}

/** 308 keeps method and body. Undefined where the client named no host. */
export function redirectAnswer(
  head: RequestHead,
  scheme: 'https' | 'http',
  port: number,
): LocalAnswer | undefined {
  if (head.host === '') return undefined;
  const isUsual = port === (scheme === 'https' ? 443 : 80);
  const location = `${scheme}://${head.host}${isUsual ? '' : `:${port}`}${head.target === '*' ? '/' : head.target}`;
  const fields: LocalAnswer['fields'] = [
    ['Location', location],
    ['Content-Length', '0'],
  ];
  return { status: 308, reason: 'Permanent Redirect', fields, body: nothing };
}

/** A request that ended without an answer of a server. */
export interface Failure {
  readonly status: number;
  readonly why: string;
  /** The first character of HAProxy's termination state, and the second where no answer had begun. */
  readonly flags: string;
}

const failures: Readonly<Partial<Record<Observation['type'], Failure>>> = {
  refused: { status: 503, why: 'the server refused the connection', flags: 'SC' },
  silent: { status: 503, why: 'the server did not accept the connection in time', flags: 'sC' },
  timeout: { status: 504, why: 'the server did not answer in time', flags: 'sH' },
  truncated: { status: 502, why: 'the server sent no valid answer', flags: 'PH' },
};
const reset: Failure = { status: 502, why: 'the server closed the connection', flags: 'SH' };

/** Status as HAProxy gives it: 503 without a connection, 504 for silence, 502 for anything else that is no answer. */
export function failureOf(seen: Observation['type']): Failure {
  return failures[seen] ?? reset;
}
