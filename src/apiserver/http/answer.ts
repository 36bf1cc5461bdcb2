// Writes a whole answer: head and body in one write where that is possible, large ones compressed for those who ask for it.

import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { ApiResponse } from '../request.ts';
import type { HttpLimits } from './limits.ts';
import { announcesBody } from './request-body.ts';

type PayloadResponse = Extract<ApiResponse, { kind: 'payload' }>;

const compress = promisify(gzip);

/** Answers that may not fit into the kernel's buffers: their client is watched for reading on. */
const largeBytes = 256 * 1024;
/** What is read of a body that nobody wants, so that its sender gets to see the answer. */
const lingerBytes = 8 * 1024 * 1024;
const lingerMs = 2_000;

/** The head that every answer has, as a flat list; `extra` come last. */
export function headOf(contentType: string, extra: Record<string, string> = {}): string[] {
  const head = ['audit-id', randomUUID(), 'cache-control', 'no-cache, private', 'content-type', contentType];
  for (const name of Object.keys(extra)) head.push(name, headerText(extra[name] as string));
  return head;
}

/** Headers are bytes: UTF-8 goes out as it does from Go, and a line break in a warning ends no header. */
function headerText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return Buffer.from(text.replace(/\p{Cc}/gu, ' ')).toString('latin1');
}

/** Resolves when the answer is handed to the socket. */
export async function writePayload(
  response: ServerResponse,
  answer: PayloadResponse,
  limits: HttpLimits,
): Promise<void> {
  const text = answer.payload.text();
  const whole = typeof text === 'string' ? text : text.join('');
  const head = headOf(answer.contentType ?? 'application/json', answer.headers);
  let body: string | Buffer = whole;
  if (whole.length > limits.gzipAboveBytes && acceptsGzip(response)) {
    body = await compress(whole, { level: constants.Z_BEST_SPEED });
    head.push('content-encoding', 'gzip', 'vary', 'accept-encoding');
  } else if (answer.headers !== undefined || whole.length > largeBytes) {
    // Node sends head and text in the text's encoding when they leave together, which would spoil a header that is not ASCII.
    body = Buffer.from(whole);
  }
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  head.push('content-length', String(size));
  send(response, answer.status, head, body, size, limits);
  if (size > largeBytes) response.socket?.setTimeout(limits.stallTimeoutMs);
}

function acceptsGzip({ req }: ServerResponse): boolean {
  if (req.method !== 'GET') return false;
  const accepted = req.headers['accept-encoding'];
  return typeof accepted === 'string' && /(^|[,\s])gzip\s*(,|$|;\s*q=(1|0\.0*[1-9]))/i.test(accepted);
}

function send(
  response: ServerResponse,
  status: number,
  head: string[],
  body: string | Buffer,
  size: number,
  { bodyBytes }: HttpLimits,
): void {
  const { req } = response;
  if (req.complete || !announcesBody(req)) {
    response.writeHead(status, head);
    // Text of one byte each is ASCII, which is written fastest as what it also is.
    if (typeof body === 'string' && body.length === size) response.end(body, 'latin1');
    else response.end(body);
  } else {
    response.writeHead(status, [...head, 'connection', 'close']).write(body);
    endAfterBody(response, Math.max(bodyBytes, lingerBytes));
  }
}

/**
 * Reads on a while before closing: a socket closed with unread bytes is reset, and the reset overtakes the answer
 * (RFC 9112, section 9.6).
 */
function endAfterBody(response: ServerResponse, maxBytes: number): void {
  const { req } = response;
  let read = 0;
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, lingerMs);
  req.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > maxBytes) end();
  });
  req.once('end', end);
  req.once('close', end);
  req.on('error', end);
  req.resume();
}
