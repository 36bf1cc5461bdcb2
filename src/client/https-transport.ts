// The API over HTTPS: pooled connections that are kept alive, client certificates or tokens, watches read line by line.

import type { Dispatcher } from 'undici';
import type { WatchEvent } from '../api/object.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { Pool } from './connection-pool.ts';
import { statusErrorOf } from './response-error.ts';
import { TokenFile } from './token-file.ts';
import type { Transport, TransportRequest, TransportResponse, WatchStream } from './transport.ts';
import { WatchBody } from './watch-body.ts';

export interface HttpsTransportOptions {
  /** `https://127.0.0.1:6443`; a path in it is put before every request's. */
  server: string;
  /** PEM. Default: the system's authorities. */
  ca?: string;
  /** PEM of the client's certificate and key. */
  cert?: string;
  key?: string;
  /** The name the server's certificate must bear, where it is not the host of `server`. */
  tlsServerName?: string;
  /** Trusts whoever answers. */
  insecureSkipTlsVerify?: boolean;
  token?: string;
  /** Read again when it changes; wins over `token`. */
  tokenFile?: string;
  basicAuth?: { username: string; password: string };
  /** Connections for requests; each watch has one of its own. Default 32. */
  maxConnections?: number;
  /** Default 10 s. */
  connectTimeoutMs?: number;
  /** How long an answer, or a pause within it, may take. Default 60 s. */
  requestTimeoutMs?: number;
  /** A watch without a byte for so long counts as broken. Default 60 s; the server sends bookmarks more often. */
  watchSilenceMs?: number;
  clock?: Clock;
}

export class HttpsTransport implements Transport {
  readonly #options: HttpsTransportOptions;
  readonly #clock: Clock;
  readonly #requests: Pool;
  readonly #watches: Pool;
  readonly #pathPrefix: string;
  readonly #tokenFile: TokenFile | undefined;
  readonly #open = new Set<WatchStream>();
  #closing: Promise<void> | undefined;

  /** Throws a TypeError when `server` is no URL. Connects only when asked for something. */
  constructor(options: HttpsTransportOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { origin, pathname } = new URL(options.server);
    this.#pathPrefix = pathname.replace(/\/+$/, '');
    this.#requests = new Pool(origin, { ...poolOptions(options), connections: options.maxConnections ?? 32 });
    this.#watches = new Pool(origin, poolOptions(options));
    if (options.tokenFile) this.#tokenFile = new TokenFile(options.tokenFile, this.#clock);
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    const { statusCode, headers, body } = await this.#requests.request(this.#outgoing(request));
    const text = await body.text();
    return { status: statusCode, headers: singleValues(headers), body: parsed(headers, text) };
  }

  async watch(request: TransportRequest, onEvent: (event: WatchEvent) => void): Promise<WatchStream> {
    const { statusCode, headers, body } = await this.#watches.request({
      ...this.#outgoing(request),
      bodyTimeout: 0,
    });
    if (statusCode >= 400) {
      throw statusErrorOf({ status: statusCode, body: parsed(headers, await body.text()) });
    }
    const silenceMs = this.#options.watchSilenceMs ?? 60_000;
    const stream = new WatchBody(body, { clock: this.#clock, silenceMs, onEvent });
    this.#open.add(stream);
    const forget = () => this.#open.delete(stream);
    stream.done.then(forget, forget);
    return stream;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const stream of this.#open) stream.close();
    await Promise.all([this.#requests.close(), this.#watches.destroy()]);
  }

  #outgoing(request: TransportRequest): Dispatcher.RequestOptions {
    const { method, path, query, signal } = request;
    const headers: Record<string, string> = { accept: 'application/json', ...request.headers };
    const credentials = this.#credentials();
    if (credentials) headers.authorization = credentials;
    const body = encoded(request.body);
    if (body !== undefined) headers['content-type'] = request.contentType ?? 'application/json';
    // Else undici closes the connection after a DELETE with a body, and each of them costs a handshake.
    const reset = false;
    return { method, path: this.#pathPrefix + path + queryText(query), headers, body, signal, reset };
  }

  #credentials(): string | undefined {
    const { token, basicAuth } = this.#options;
    const bearer = this.#tokenFile?.current() ?? token;
    if (bearer) return `Bearer ${bearer}`;
    if (!basicAuth) return undefined;
    const pair = `${basicAuth.username}:${basicAuth.password}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  }
}

function poolOptions(options: HttpsTransportOptions): Pool.Options {
  const timeout = options.requestTimeoutMs ?? 60_000;
  return {
    // One stream per connection: a watch that stalls must not hold up what shares its connection.
    allowH2: false,
    headersTimeout: timeout,
    bodyTimeout: timeout,
    connect: {
      ca: options.ca,
      cert: options.cert,
      key: options.key,
      servername: options.tlsServerName,
      rejectUnauthorized: !options.insecureSkipTlsVerify,
      timeout: options.connectTimeoutMs ?? 10_000,
    },
  };
}

function encoded(body: unknown): string | undefined {
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
}

function queryText(query: TransportRequest['query']): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function singleValues(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const single: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) single[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return single;
}

function parsed(headers: Record<string, string | string[] | undefined>, text: string): unknown {
  const type = String(headers['content-type'] ?? '');
  return type.startsWith('application/json') && text !== '' ? JSON.parse(text) : text;
}
