// A body of parts, multipart/form-data (RFC 7578), as browsers send it.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Argument, UploadedFile } from '../plan/http-step.ts';
import { encodeText } from './text-encoding.ts';

export interface MultipartContent {
  readonly arguments: readonly Argument[];
  readonly files: readonly UploadedFile[];
  readonly encoding: string;
  readonly folder: string;
}

/** Arguments first. Rejects when a file cannot be read. `boundary` is one that no part has in it. */
export async function multipartBody(
  { arguments: named, files, encoding, folder }: MultipartContent,
  boundary = `----RelevoPart${randomBytes(16).toString('hex')}`,
): Promise<{ body: Buffer; contentType: string }> {
  const parts: Buffer[] = [];
  const add = (head: string, content: Buffer): void =>
    void parts.push(encodeText(`--${boundary}\r\n${head}\r\n\r\n`, encoding), content, Buffer.from('\r\n'));
  for (const { name, value } of named) {
    if (name.trim() !== '') add(disposition(name), encodeText(value, encoding));
  }
  for (const file of files) {
    const type = file.mimeType === '' ? 'application/octet-stream' : file.mimeType;
    const head = `${disposition(file.field, path.basename(file.path))}\r\nContent-Type: ${type}`;
    add(head, await readFile(path.resolve(folder, file.path)));
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return { body: Buffer.concat(parts), contentType: `multipart/form-data; boundary=${boundary}` };
}

function disposition(field: string, filename?: string): string {
  const name = `Content-Disposition: form-data; name="${escaped(field)}"`;
  return filename === undefined ? name : `${name}; filename="${escaped(filename)}"`;
}

/** As HTML has it for forms: percent-encoded where a quoted string cannot say it. */
function escaped(text: string): string {
  return text.replace(
    /[\r\n"]/g,
    (character) => `%${character === '"' ? '22' : character === '\r' ? '0D' : '0A'}`,
  );
}
