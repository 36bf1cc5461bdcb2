// Answers requests with the files of a folder: GET and HEAD, index.html for folders, conditional requests (RFC 9110, section 13). What lies outside of the folder is reached by links in it only, never by a path.

import { open, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

const types: Readonly<Record<string, string>> = {
  ...{ html: 'text/html; charset=utf-8', htm: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8' },
  ...{
    js: 'text/javascript; charset=utf-8',
    mjs: 'text/javascript; charset=utf-8',
    json: 'application/json',
  },
  ...{ txt: 'text/plain; charset=utf-8', md: 'text/markdown; charset=utf-8', csv: 'text/csv; charset=utf-8' },
  ...{ xml: 'application/xml', pdf: 'application/pdf', wasm: 'application/wasm', map: 'application/json' },
  ...{ svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif' },
  ...{ webp: 'image/webp', avif: 'image/avif', ico: 'image/x-icon', woff: 'font/woff', woff2: 'font/woff2' },
  ...{ ttf: 'font/ttf', mp4: 'video/mp4', webm: 'video/webm', mp3: 'audio/mpeg', zip: 'application/zip' },
  webmanifest: 'application/manifest+json',
};

export class FileAnswers {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return say(response, 405, 'this server has files only');
    }
    const [pathname = '/', query] = (request.url ?? '/').split('?', 2);
    const parts = partsOf(pathname);
    if (!parts) return say(response, 400, 'this is no path');
    const file = path.join(this.#root, ...parts);
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory() && !pathname.endsWith('/')) return redirect(response, parts, query);
    await this.#send(found?.isDirectory() ? path.join(file, 'index.html') : file, request, response);
  }

  async #send(file: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const handle = await open(file).catch((error: NodeJS.ErrnoException) => error);
    if (handle instanceof Error) {
      if (handle.code === 'EACCES') return say(response, 403, 'this file may not be read');
      return say(response, 404, 'there is no such file');
    }
    try {
      const found = await handle.stat();
      if (!found.isFile()) return say(response, 404, 'there is no such file');
      const tag = `"${found.size.toString(16)}-${Math.floor(found.mtimeMs).toString(16)}"`;
      response.setHeader('etag', tag);
      response.setHeader('last-modified', found.mtime.toUTCString());
      if (isUnchanged(request, tag, found.mtime)) return void response.writeHead(304).end();
      const ending = path.extname(file).slice(1).toLowerCase();
      const type = Object.hasOwn(types, ending) ? types[ending] : 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, 'content-length': found.size });
      if (request.method === 'HEAD' || found.size === 0) return void response.end();
      // As much as was promised, even if the file grows meanwhile.
      await pipeline(handle.createReadStream({ autoClose: false, end: found.size - 1 }), response);
    } finally {
      await handle.close();
    }
  }
}

/** A tag counts more than a time, as RFC 9110 demands. */
function isUnchanged({ headers }: IncomingMessage, tag: string, changed: Date): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) return tags.split(',').some((one) => ['*', tag, `W/${tag}`].includes(one.trim()));
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return Math.floor(changed.getTime() / 1_000) * 1_000 <= since;
}

/** To the same with a slash, so that relative links in its index lead into it. */
function redirect(response: ServerResponse, parts: readonly string[], query: string | undefined): void {
  const location = `/${parts.map(encodeURIComponent).join('/')}/${query === undefined ? '' : `?${query}`}`;
  response.setHeader('location', location);
  say(response, 301, location);
}

function say(response: ServerResponse, status: number, text: string): void {
  const body = `${text}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** Undefined for a path that would lead out of the folder, or is none. */
function partsOf(pathname: string): string[] | undefined {
  try {
    const parts = pathname
      .split('/')
      .map(decodeURIComponent)
      .filter((part) => part !== '');
    return parts.some((part) => part.startsWith('..') || /[/\\\0]/.test(part))
      ? undefined
      : parts.filter((part) => part !== '.');
  } catch {
    return undefined;
  }
}
