// The HTTPS carrier of the API server before a handler of the test's own, and a client that writes and reads plain bytes over TLS.

import type { TestContext } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { toStatusError } from '../../src/apiserver/errors.ts';
import { HttpServer, type HttpServerOptions } from '../../src/apiserver/http/http-server.ts';
import { type ApiRequest, type ApiResponse, jsonResponse } from '../../src/apiserver/request.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { eventually } from './eventually.ts';
import { type TestCertificates, testCertificates } from './test-certificates.ts';

export type Handle = (request: ApiRequest) => ApiResponse | Promise<ApiResponse>;

export const certificates: TestCertificates = await testCertificates();

export interface HttpWorld {
  server: HttpServer;
  port: number;
  /** A connection that is closed after the test. */
  connect(own?: { cert?: string; key?: string }): Promise<RawClient>;
}

/** What `handle` throws is answered as ApiServer does. */
export async function startHttp(
  t: TestContext,
  handle: Handle,
  options: Partial<HttpServerOptions> = {},
): Promise<HttpWorld> {
  const failure = (thrown: unknown) => {
    const { code, status } = toStatusError(thrown, () => {});
    return jsonResponse(code, status);
  };
  const api = {
    failure,
    handle: async (request: ApiRequest) => {
      try {
        return await handle(request);
      } catch (thrown) {
        return failure(thrown);
      }
    },
  };
  const { ca, server: own } = certificates;
  const tls = { ca, certificate: own.cert, key: own.key };
  const server = new HttpServer({ api, tls, kubeletTls: tls, logger: silentLogger, ...options });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  const clients: RawClient[] = [];
  t.after(() => {
    for (const client of clients) client.socket.destroy();
    return server.close();
  });
  return {
    server,
    port,
    async connect(identity) {
      const client = await RawClient.connect(port, identity);
      clients.push(client);
      return client;
    },
  };
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export class RawClient {
  readonly socket: TLSSocket;
  /** Everything that came, byte by byte as latin1. */
  received = '';
  closed = false;

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.received += chunk.latin1Slice();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
  }

  static connect(port: number, identity: { cert?: string; key?: string } = {}): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const { ca } = certificates;
      const options = { port, host: '127.0.0.1', ca, ALPNProtocols: ['h2', 'http/1.1'], ...identity };
      const socket = connect(options, () => resolve(new RawClient(socket)));
      socket.once('error', reject);
    });
  }

  write(text: string | Buffer): void {
    this.socket.write(text);
  }

  /** Sends a request without a body and waits for its answer. */
  get(path: string, headers = ''): Promise<RawAnswer> {
    this.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n${headers}\r\n`);
    return this.answer();
  }

  /** Takes the next whole answer (with a Content-Length, or none of a body) off what was received. */
  answer(hasBody = true): Promise<RawAnswer> {
    return eventually(() => {
      const end = this.received.indexOf('\r\n\r\n');
      if (end < 0) return undefined;
      const [line = '', ...fields] = this.received.slice(0, end).split('\r\n');
      const headers = Object.fromEntries(
        fields.map((field) => [
          field.slice(0, field.indexOf(':')),
          field.slice(field.indexOf(':') + 1).trim(),
        ]),
      );
      const size = hasBody ? Number(headers['content-length'] ?? 0) : 0;
      if (this.received.length < end + 4 + size) return undefined;
      const body = Buffer.from(this.received.slice(end + 4, end + 4 + size), 'latin1');
      this.received = this.received.slice(end + 4 + size);
      return { status: Number(line.split(' ')[1]), headers, body };
    });
  }

  untilClosed(): Promise<true> {
    return eventually(() => this.closed);
  }

  until(text: string): Promise<true> {
    return eventually(() => this.received.includes(text));
  }
}
