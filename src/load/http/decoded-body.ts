// Takes the codings off a body that somebody wants to look at. What is larger than `most` is refused: a few kilobytes can hold gigabytes.

import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { HttpFailure } from './http-exchange.ts';

/** Up to here it is quicker to do it than to have it done; more would keep other users waiting. */
const smallBody = 16_384;

/** Codings that nobody knows are left on. */
export function decodedBody(
  body: Buffer,
  codings: string,
  most: number,
): Buffer | HttpFailure | Promise<Buffer | HttpFailure> {
  const names = codings.toLowerCase().split(',');
  if (body.length === 0) return body;
  // What was put on last comes off first.
  const known = names
    .map((name) => coders[name.trim()])
    .filter((coder) => coder !== undefined)
    .reverse();
  if (known.length === 0) return body;
  return body.length <= smallBody ? decodeNow(body, known, most) : decodeApart(body, known, most);
}

function decodeNow(body: Buffer, coders: readonly Coder[], most: number): Buffer | HttpFailure {
  try {
    return coders.reduce((decoded, coder) => coder.now(decoded, { maxOutputLength: most }), body);
  } catch (error) {
    return failed(error, most);
  }
}

async function decodeApart(
  body: Buffer,
  coders: readonly Coder[],
  most: number,
): Promise<Buffer | HttpFailure> {
  let decoded = body;
  try {
    for (const coder of coders) decoded = await coder.apart(decoded, { maxOutputLength: most });
    return decoded;
  } catch (error) {
    return failed(error, most);
  }
}

interface Coder {
  now(body: Buffer, options: { maxOutputLength: number }): Buffer;
  apart(body: Buffer, options: { maxOutputLength: number }): Promise<Buffer>;
}

const gzip: Coder = { now: zlib.gunzipSync, apart: promisify(zlib.gunzip) };
const wrapped: Coder = { now: zlib.inflateSync, apart: promisify(zlib.inflate) };
const raw: Coder = { now: zlib.inflateRawSync, apart: promisify(zlib.inflateRaw) };
/** By name zlib's format, but some servers send it without its frame. */
const deflate: Coder = {
  now: (body, options) => deflateOf(body).now(body, options),
  apart: (body, options) => deflateOf(body).apart(body, options),
};
const brotli: Coder = { now: zlib.brotliDecompressSync, apart: promisify(zlib.brotliDecompress) };
const coders: Readonly<Record<string, Coder>> = { gzip, 'x-gzip': gzip, deflate, br: brotli };

function deflateOf(body: Buffer): Coder {
  return ((body[0] ?? 0) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0 ? wrapped : raw;
}

function failed(error: unknown, most: number): HttpFailure {
  const { code, message } = error as Error & { code?: string };
  if (code === 'ERR_BUFFER_TOO_LARGE')
    return { name: 'java.io.IOException', message: `The decoded body is larger than ${most} bytes` };
  return { name: 'java.util.zip.ZipException', message };
}
