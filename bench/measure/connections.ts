// Connections that are kept alive, each with one request at a time: as thin as a client can be, so that the server is what is measured.

import { Client, type Dispatcher } from 'undici';
import type { Endpoint } from './endpoint.ts';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  /** Default `application/json`. */
  readonly contentType?: string;
}

export class Connection {
  readonly #client: Client;
  readonly #endpoint: Endpoint;

  /** Connects at the first request. */
  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    const { origin, connect } = endpoint;
    this.#client = new Client(origin, { connect, pipelining: 1, allowH2: false, bodyTimeout: 0 });
  }

  /** Resolves with the status once all of the answer is there. Gives every piece of its body to `onData`. Rejects when none comes. */
  send(request: Request, onData: (chunk: Buffer, status: number) => void = ignore): Promise<number> {
    return new Promise((resolve, reject) => {
      let status = 0;
      this.#client.dispatch(this.#outgoing(request), {
        // Without it the client refuses the handler.
        onRequestStart: () => {},
        onResponseStart: (_, code) => {
          status = code;
        },
        onResponseData: (_, chunk) => onData(chunk, status),
        onResponseEnd: () => resolve(status),
        onResponseError: (_, error) => reject(error),
      });
    });
  }

  /** Resolves when the answer has begun, with its status; its body then comes piece by piece, until close(). */
  open(request: Request, onData: (chunk: Buffer) => void): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#client.dispatch(this.#outgoing(request), {
        onRequestStart: () => {},
        onResponseStart: (_, status) => resolve(status),
        onResponseData: (_, chunk) => onData(chunk),
        onResponseEnd: () => {},
        onResponseError: (_, error) => reject(error),
      });
    });
  }

  /** Breaks off what is in flight. */
  close(): Promise<void> {
    return this.#client.destroy();
  }

  #outgoing({ method, path, body, contentType }: Request): Dispatcher.DispatchOptions {
    const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'relevo-bench' };
    Object.assign(headers, this.#endpoint.headers);
    if (body !== undefined) headers['content-type'] = contentType ?? 'application/json';
    return { method, path: this.#endpoint.pathPrefix + path, headers, body };
  }
}

function ignore(): void {}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One request whose answer is looked at. */
export async function ask(connection: Connection, request: Request): Promise<Answer> {
  const chunks: Buffer[] = [];
  const status = await connection.send(request, (chunk) => chunks.push(chunk));
  return { status, text: Buffer.concat(chunks).toString('utf8') };
}

/** Like ask(), and parsed. Rejects when the status is not one of `statuses`. */
export async function askJson<T = unknown>(
  connection: Connection,
  request: Request,
  statuses = [200, 201, 202],
): Promise<T> {
  const { status, text } = await ask(connection, request);
  if (!statuses.includes(status)) throw unexpected(request, status, text);
  return JSON.parse(text) as T;
}

export function unexpected({ method, path }: Request, status: number, text: string): Error {
  return new Error(`${method} ${path} was answered with ${status}: ${text.trim().slice(0, 300)}`);
}
