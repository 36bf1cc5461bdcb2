// The kubelet's own HTTPS server: logs, usage, exec, attach and port-forward of its pods, for the API server and nobody else.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { NotFoundError, NotRunningError } from '../../runtime/errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { PodDirectory } from '../pod-directory.ts';
import { sendLogs } from './container-logs.ts';
import { containerOf } from './pod-lookup.ts';
import { logWish, parseTarget, RequestError } from './request-target.ts';
import { statsSummary } from './stats-summary.ts';
import { StreamingServer } from './streaming-server.ts';

export interface KubeletServerOptions {
  directory: PodDirectory;
  runtime: Runtime;
  /** PEM: the server's own certificate and key, and the authority that clients' certificates must be of. */
  tls: { cert: string; key: string; ca: string };
  /** Of the clients with a certificate of that authority, those that may ask. */
  mayAsk(client: PeerName): boolean;
  clock: Clock;
  logger: Logger;
}

export interface PeerName {
  commonName: string;
  organizations: readonly string[];
}

export class KubeletServer {
  readonly #options: KubeletServerOptions;
  readonly #server: Server;
  readonly #streaming: StreamingServer;
  readonly #startedAt: number;

  constructor(options: KubeletServerOptions) {
    const { tls, clock, directory, runtime } = options;
    this.#options = options;
    this.#startedAt = clock.now();
    this.#streaming = new StreamingServer(directory, runtime);
    this.#server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true });
    this.#server.on('request', (request, response) => void this.#answer(request, response));
    this.#server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  /** Resolves with the port; 0 takes a free one. Rejects with the system's error. */
  async listen(address: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, address, resolve);
    });
    const bound = this.#server.address();
    return typeof bound === 'object' && bound ? bound.port : port;
  }

  /** Breaks what is open. Idempotent. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    this.#streaming.close();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      this.#admit(request);
      await this.#route(request, response);
    } catch (error) {
      const { status, message } = this.#failure(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(message);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { directory, runtime, clock } = this.#options;
    const { verb, target } = parseTarget(request.url ?? '/');
    switch (verb) {
      case 'containerLogs': {
        const wish = logWish(target.query, clock.now());
        const { id } = containerOf(directory, target, wish.previous);
        return sendLogs(response, runtime, id, wish);
      }
      case 'stats': {
        const usages = await runtime.stats();
        const summary = statsSummary(
          directory.nodeName,
          directory.list(),
          usages,
          this.#startedAt,
          clock.now(),
        );
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(summary));
        return;
      }
      case 'healthz':
        response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
        return;
      case 'exec':
      case 'attach':
      case 'portForward':
        throw new RequestError(400, 'this needs an upgrade to a WebSocket or to SPDY/3.1');
      default:
        throw new RequestError(404, 'not found');
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => {});
    try {
      this.#admit(request);
      const { verb, target } = parseTarget(request.url ?? '/');
      await this.#streaming.upgrade(verb, target, { request, socket, head });
    } catch (error) {
      const { status, message } = this.#failure(error);
      const length = Buffer.byteLength(message);
      socket.end(
        `HTTP/1.1 ${status} ${status < 500 ? 'Refused' : 'Failed'}\r\ncontent-type: text/plain; charset=utf-8\r\n` +
          `content-length: ${length}\r\nconnection: close\r\n\r\n${message}`,
      );
    }
  }

  /** The certificate itself was checked by TLS. Throws a RequestError. */
  #admit(request: IncomingMessage): void {
    const { CN, O = [] } = (request.socket as TLSSocket).getPeerCertificate().subject as {
      CN?: string | string[];
      O?: string | string[];
    };
    // Several common names could be read in two ways.
    const peer = typeof CN === 'string' && { commonName: CN, organizations: [O].flat() };
    if (!peer || !this.#options.mayAsk(peer)) throw new RequestError(403, 'only the API server may ask this');
  }

  #failure(error: unknown): { status: number; message: string } {
    if (error instanceof RequestError) return error;
    const { message } = error as Error;
    if (error instanceof NotFoundError) return { status: 404, message };
    if (error instanceof NotRunningError) return { status: 400, message };
    this.#options.logger.error('a request to the kubelet failed', { error });
    return { status: 500, message };
  }
}
