// An HTTP request as the API server's core sees it. The target is split and otherwise left alone: what looks like a trick is for the
// core to refuse, and nothing here may make it look harmless first.

import type { IncomingMessage } from 'node:http';
import type { ClientCertificate } from '../auth/client-certificate.ts';
import type { ApiRequest, RequestBody } from '../request.ts';
import type { Connection } from './connection.ts';

export class CarriedRequest implements ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly clientCertificate: ClientCertificate | undefined;
  readonly clientCertificateRefused: boolean;
  readonly #message: IncomingMessage;
  readonly #readBody: () => Promise<RequestBody>;
  #abort: AbortController | undefined;
  #gone = false;

  constructor(message: IncomingMessage, connection: Connection, readBody: () => Promise<RequestBody>) {
    const { url = '' } = message;
    const cut = url.indexOf('?');
    this.method = message.method ?? '';
    this.path = cut < 0 ? url : url.slice(0, cut);
    this.query = new URLSearchParams(cut < 0 ? '' : url.slice(cut + 1));
    this.clientCertificate = connection.clientCertificate;
    this.clientCertificateRefused = connection.certificateRefused;
    this.#message = message;
    this.#readBody = readBody;
  }

  /** Made on demand: few requests ask for it, and a controller costs more than everything else here. */
  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      if (this.#gone) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  header(name: string): string | undefined {
    const value = this.#message.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  *headerValues(prefix: string): Generator<[name: string, value: string]> {
    const { rawHeaders } = this.#message;
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = (rawHeaders[at] as string).toLowerCase();
      if (name.startsWith(prefix)) yield [name, rawHeaders[at + 1] as string];
    }
  }

  body(): Promise<RequestBody> {
    return this.#readBody();
  }

  callerIsGone(): void {
    this.#gone = true;
    this.#abort?.abort();
  }
}
