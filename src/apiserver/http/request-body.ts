// Reads the body of a request, up to a limit.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { badRequest, type StatusError, tooLarge } from '../../api/status.ts';
import type { RequestBody } from '../request.ts';

const none: RequestBody = { kind: 'none' };

/** Whether the headers announce a body. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** Rejects with 413 above the limit, at once where the length is announced, and with 400 for a body that is broken off. */
export function readBody(response: ServerResponse, limitBytes: number): Promise<RequestBody> {
  const message = response.req;
  if (!announcesBody(message)) return Promise.resolve(none);
  if (Number(message.headers['content-length'] ?? 0) > limitBytes)
    return Promise.reject(bodyTooLarge(limitBytes));
  if (message.headers.expect !== undefined) response.writeContinue();
  return collected(message, limitBytes);
}

function collected(message: IncomingMessage, limitBytes: number): Promise<RequestBody> {
  const { promise, resolve, reject } = Promise.withResolvers<RequestBody>();
  // Whoever asks late has missed the events that tell it, and would wait forever.
  if (message.destroyed) reject(bodyBrokenOff());
  const chunks: Buffer[] = [];
  let size = 0;
  const take = (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size <= limitBytes) return;
    message.off('data', take);
    reject(bodyTooLarge(limitBytes));
  };
  const brokenOff = () => {
    // Every body closes; an error costs its stack. One that came whole but went unread has not ended either.
    if (!message.readableEnded) reject(bodyBrokenOff());
  };
  message.on('data', take);
  message.once('end', () => resolve(asBody(chunks, isBinary(message))));
  message.once('error', brokenOff);
  message.once('close', brokenOff);
  return promise;
}

/** Everything else that is accepted is text. */
function isBinary({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('application/vnd.kubernetes.protobuf') ?? false;
}

function asBody(chunks: Buffer[], isBinary: boolean): RequestBody {
  const [first] = chunks;
  if (!first) return none;
  const whole = chunks.length === 1 ? first : Buffer.concat(chunks);
  return isBinary ? { kind: 'bytes', bytes: whole } : { kind: 'text', text: whole.toString('utf8') };
}

function bodyBrokenOff(): StatusError {
  return badRequest('the body of the request was broken off');
}

function bodyTooLarge(limitBytes: number): StatusError {
  return tooLarge(`Request entity too large: limit is ${limitBytes}`);
}
