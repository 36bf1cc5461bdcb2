// The answer of a server on its way to the client: its head with our edits, its body as it comes, or without chunks for HTTP/1.0.

import { urlHost } from '../../../api/host-and-port.ts';
import { type PathMapping, pathMapping, withOutsidePath } from '../../rewritten-paths.ts';
import type { Grant } from '../dispatch.ts';
import { Dechunker } from '../wire/dechunker.ts';
import {
  clientGoesOn,
  forwardResponse,
  type LocationRewrite,
  mustDechunk,
  type ResponseEdits,
} from '../wire/forward-response.ts';
import type { ResponseHead } from '../wire/heads.ts';
import type { Persistence } from './persistence.ts';
import type { Request } from './request.ts';

export class AnswerWriter {
  readonly #request: Request;
  readonly #dechunker: Dechunker | undefined;
  readonly #text: string;
  /** Whether the client can send its next request on this connection. */
  readonly goesOn: boolean;

  constructor(head: ResponseHead, request: Request, grant: Grant, persistence: Persistence | undefined) {
    const { minor } = request.head;
    this.#request = request;
    this.goesOn = request.mayGoOn && clientGoesOn(head, minor);
    this.#text = forwardResponse(head, editsOf(head, request, grant, persistence, this.goesOn));
    if (mustDechunk(head, minor)) this.#dechunker = new Dechunker();
  }

  /**
   * The head, and the body from `from` to `to`, in one write where they are not large. What is before `from` in `bytes` is the head as it
   * came, which nobody needs any more: ours is put there if it fits, so that the body is not copied. False: the client takes no more.
   */
  begin(bytes: Buffer, from: number, to: number): boolean {
    const text = this.#text;
    if (from === to) return this.#write(text);
    if (this.#dechunker !== undefined) {
      this.#write(text);
      return this.goOn(bytes.subarray(from, to));
    }
    const start = from - text.length;
    if (start < 0) return this.#write(Buffer.concat([Buffer.from(text, 'latin1'), bytes.subarray(from, to)]));
    bytes.write(text, start, 'latin1');
    return this.#write(start === 0 && to === bytes.length ? bytes : bytes.subarray(start, to));
  }

  /** More of the body. */
  goOn(bytes: Buffer): boolean {
    if (this.#dechunker === undefined) return this.#write(bytes);
    let goesOn = true;
    for (const payload of this.#dechunker.push(bytes)?.payload ?? []) goesOn = this.#write(payload);
    return goesOn;
  }

  #write(data: string | Buffer): boolean {
    const { record, client } = this.#request;
    record.bytesOut += data.length;
    return client.write(data);
  }
}

function editsOf(
  head: ResponseHead,
  request: Request,
  grant: Grant,
  persistence: Persistence | undefined,
  keepAlive: boolean,
): ResponseEdits {
  const { route, client } = request;
  const path = route?.rewritePath === undefined ? undefined : pathMapping(route);
  return {
    clientMinor: request.head.minor,
    keepAlive,
    rules: route?.responseHeaders,
    insertCookie: persistence?.inserted(grant, client.tls),
    rewriteCookie: cookieRewrite(persistence?.rewriter(grant), path),
    location: mayHaveLocation(head.status) ? locationRewrite(request, grant, path) : undefined,
  };
}

function cookieRewrite(
  prefix: ((setCookie: string) => string) | undefined,
  path: PathMapping | undefined,
): ((setCookie: string) => string) | undefined {
  if (path === undefined) return prefix;
  return (setCookie) => withOutsidePath(prefix === undefined ? setCookie : prefix(setCookie), path);
}

function mayHaveLocation(status: number): boolean {
  return status === 201 || (status >= 300 && status < 400);
}

/**
 * A server that names itself by its address is given the public name. One behind TLS that takes the connection for plain HTTP is given the
 * scheme; the other way round it would undo the application's own way to https.
 */
function locationRewrite(
  { client, head }: Request,
  grant: Grant,
  path: PathMapping | undefined,
): LocationRewrite | undefined {
  const { authority } = head;
  const here = authority.toLowerCase();
  if (authority === '') return path && { from: [], to: '', here, path };
  const host = urlHost(grant.address);
  const from = [`${host}:${grant.port}`];
  if (grant.port === 80) from.push(host);
  if (client.tls) from.push(here);
  return { from, to: `${client.tls ? 'https' : 'http'}://${authority}`, here, path };
}
