// What a request of a plan carries: its arguments as a form, a text as it is, one file, or all of them as parts.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Argument, UploadedFile } from '../plan/http-step.ts';
import { multipartBody } from './multipart-body.ts';
import { decodeText, encodeText } from './text-encoding.ts';

/** Of HttpRequest, with its templates evaluated. */
export interface BodyContent {
  readonly method: string;
  readonly arguments: readonly Argument[];
  readonly body?: string;
  readonly files: readonly UploadedFile[];
  readonly multipart: boolean;
  /** Empty: UTF-8. */
  readonly encoding: string;
  /** Files that are named relatively lie below it. */
  readonly folder: string;
}

export interface RequestBody {
  readonly body: Buffer;
  /** To be sent where the plan's headers have none; one that begins with `multipart/` in place of theirs: only this one knows the boundary. */
  readonly contentType?: string;
}

const form = 'application/x-www-form-urlencoded';
/** Without a body of their own their arguments go into the query. */
const withQuery = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

/** Undefined: none. Rejects when a file cannot be read, or the encoding is not known. */
export async function bodyOf(content: BodyContent): Promise<RequestBody | undefined> {
  const { method, body, files, multipart, encoding, folder } = content;
  const [file] = files;
  if (file !== undefined && isWhole(content)) {
    const bytes = await readFile(path.resolve(folder, file.path));
    return { body: bytes, contentType: file.mimeType === '' ? undefined : file.mimeType };
  }
  if (files.length > 0 || (multipart && !withQuery.has(method))) return multipartBody(content);
  // As JMeter and curl say it of a text that does not say what it is.
  if (body !== undefined) return { body: encodeText(body, encoding), contentType: form };
  if (withQuery.has(method)) return undefined;
  const text = formOf(content.arguments, encoding);
  return { body: encodeText(text, encoding), contentType: form };
}

/** For behind the question mark; empty: nothing. */
export function queryOf(named: readonly Argument[], encoding: string): string {
  return formOf(named, encoding);
}

/** One file without a parameter's name. */
function isWhole({ files, multipart }: BodyContent): boolean {
  return files.length === 1 && files[0]?.field === '' && !multipart;
}

/** JMeter leaves out what has no name. */
function formOf(named: readonly Argument[], encoding: string): string {
  return named
    .filter(({ name }) => name.trim() !== '')
    .map(({ name, value, encode, withEquals, decodeFirst }) => {
      const between = withEquals ? '=' : '';
      if (!encode) return name + between + value;
      const plain = decodeFirst ? formDecoded(value, encoding) : value;
      return formEncoded(name, encoding) + between + formEncoded(plain, encoding);
    })
    .join('&');
}

/** As java.net.URLEncoder: a form's plus for a space, letters in the encoding's bytes. */
function formEncoded(text: string, encoding: string): string {
  if (/^[\w.*-]*$/.test(text)) return text;
  return Array.from(encodeText(text, encoding), formByte).join('');
}

/** As java.net.URLDecoder; what it cannot decode stays as it is. */
function formDecoded(text: string, encoding: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text)) return text;
  const spaced = text.replaceAll('+', ' ');
  return spaced.replace(/(%[0-9a-f]{2})+/gi, (bytes) =>
    decodeText(Buffer.from(bytes.replaceAll('%', ''), 'hex'), encoding),
  );
}

function formByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (/[\w.*-]/.test(character)) return character;
  return character === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
