// The API server over HTTPS: carries requests to ApiServer.handle and its answers back. It decides nothing about them.

import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type StatusError, serviceUnavailable } from '../../api/status.ts';
import type { Logger } from '../../base/logger.ts';
import type { ApiServer } from '../api-server.ts';
import type { ApiResponse } from '../request.ts';
import { writePayload } from './answer.ts';
import { CarriedRequest } from './carried-request.ts';
import { Connection } from './connection.ts';
import { KubeletProxy, type Upgrade } from './kubelet-proxy.ts';
import { type HttpLimits, resolveHttpLimits } from './limits.ts';
import { createListener, type ListenAddress, listening, type TlsIdentity } from './listener.ts';
import { refuseConnection } from './protocol-error.ts';
import { readBody } from './request-body.ts';
import { WatchLines } from './watch-lines.ts';
import { WatchStream } from './watch-stream.ts';

export interface HttpServerOptions {
  api: Pick<ApiServer, 'handle' | 'failure'>;
  /** The server's certificate, and the authority of client certificates. */
  tls: TlsIdentity;
  /** What the API server shows to kubelets. Without it requests that need one are answered with 503. */
  kubeletTls?: TlsIdentity;
  logger: Logger;
  limits?: Partial<HttpLimits>;
}

type Proxied = Extract<ApiResponse, { kind: 'proxy' }>;

export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #limits: Readonly<HttpLimits>;
  readonly #proxy: KubeletProxy | undefined;
  readonly #lines = new WatchLines();
  readonly #servers = new Set<Server>();
  /** Below TLS: also those in the middle of a handshake, of which an HTTP server does not know yet. */
  readonly #sockets = new Set<Duplex>();
  readonly #connections = new WeakMap<Duplex, Connection>();
  readonly #watches = new Set<WatchStream>();
  /** What may stay open for hours: tunnels, and answers streamed from kubelets. */
  readonly #streams = new Set<Duplex | ServerResponse>();
  #inFlight = 0;
  #closing: Promise<void> | undefined;
  #idle: () => void = () => {};

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#limits = resolveHttpLimits(options.limits);
    if (options.kubeletTls) {
      const connectTimeoutMs = this.#limits.kubeletConnectTimeoutMs;
      this.#proxy = new KubeletProxy({ tls: options.kubeletTls, connectTimeoutMs });
    }
  }

  /** May be called for several addresses. Rejects with a ListenError. */
  async listen(address: ListenAddress): Promise<{ host: string; port: number }> {
    if (this.#closing) throw new Error('the server is closed');
    const server = createListener(this.#options.tls, this.#limits);
    server.on('request', (message, response) => this.#receive(message, response));
    server.on('checkContinue', (message, response) => this.#receive(message, response));
    server.on('upgrade', (message, socket, head) => this.#receiveUpgrade(message, socket, head));
    server.on('clientError', (error, socket) => {
      refuseConnection(error, socket, this.#connections.get(socket)?.isCommitted ?? false);
    });
    server.on('connection', (socket: Duplex) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    const port = await listening(server, address);
    this.#servers.add(server);
    return { host: address.host, port };
  }

  /** Ends watches, tunnels and what is streamed from kubelets, then waits for requests in flight, up to a limit. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const closed = [...this.#servers].map((server) => new Promise((resolve) => server.close(resolve)));
    for (const watch of this.#watches) watch.end();
    for (const stream of this.#streams) stream.destroy();
    await this.#settled();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  #settled(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#limits.closeGraceMs);
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #connectionOf(socket: Duplex): Connection {
    const known = this.#connections.get(socket);
    if (known) return known;
    const connection = new Connection(socket as TLSSocket);
    this.#connections.set(socket, connection);
    return connection;
  }

  #receive(message: IncomingMessage, response: ServerResponse): void {
    const connection = this.#connectionOf(message.socket);
    if (connection.waiting >= this.#limits.pipelinedRequests) message.socket.destroy();
    else connection.enter(response, () => this.#serve(message, response, connection));
  }

  #serve(message: IncomingMessage, response: ServerResponse, connection: Connection): void {
    const request = new CarriedRequest(message, connection, () => readBody(response, this.#limits.bodyBytes));
    this.#inFlight++;
    response.once('close', () => {
      request.callerIsGone();
      connection.leave();
      if (--this.#inFlight === 0) this.#idle();
    });
    this.#answer(request, response).catch((error) => this.#giveUp(response, error));
  }

  async #answer(request: CarriedRequest, response: ServerResponse): Promise<void> {
    const answer = await this.#options.api.handle(request);
    if (response.destroyed) return;
    if (answer.kind === 'proxy') this.#carry(answer, response);
    else await this.#respond(response, answer);
  }

  async #respond(response: ServerResponse, answer: Exclude<ApiResponse, Proxied>): Promise<void> {
    if (this.#closing) response.shouldKeepAlive = false;
    if (answer.kind === 'payload') await writePayload(response, answer, this.#limits);
    else this.#watch(response, answer);
  }

  #giveUp(broken: ServerResponse | Duplex, error: unknown): void {
    this.#options.logger.error('an answer could not be sent', { error });
    broken.destroy();
  }

  #watch(response: ServerResponse, answer: Extract<ApiResponse, { kind: 'watch' }>): void {
    const path = response.req.url;
    const stream = new WatchStream(response, {
      lines: this.#lines,
      backlogBytes: this.#limits.watchBacklogBytes,
      onCutOff: (backlogBytes) =>
        this.#options.logger.warn('a watcher that does not read was cut off', { path, backlogBytes }),
    });
    this.#watches.add(stream);
    response.once('close', () => this.#watches.delete(stream));
    stream.start(answer);
    if (this.#closing) stream.end();
  }

  #carry({ target }: Proxied, response: ServerResponse): void {
    if (!this.#proxy) {
      this.#refuse(response, noKubelets());
      return;
    }
    this.#streams.add(response);
    response.once('close', () => this.#streams.delete(response));
    this.#proxy.carry(response, target, (error) => this.#refuse(response, error));
  }

  #refuse(response: ServerResponse, failure: unknown): void {
    const answer = this.#options.api.failure(failure);
    if (answer.kind === 'proxy') return;
    this.#respond(response, answer).catch((error) => this.#giveUp(response, error));
  }

  /** Authenticated and authorized like any request; only a kubelet may grant it. */
  #receiveUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    // A tunnel may be silent for as long as it likes.
    (socket as TLSSocket).setTimeout(0);
    const connection = this.#connectionOf(socket);
    // An answer that is still to come would end up within the tunnel.
    if (connection.busy || this.#closing) {
      socket.destroy();
      return;
    }
    const request = new CarriedRequest(message, connection, () => Promise.resolve({ kind: 'none' }));
    this.#streams.add(socket);
    socket.once('close', () => {
      this.#streams.delete(socket);
      request.callerIsGone();
    });
    this.#answerUpgrade(request, { message, socket, head }).catch((error) => this.#giveUp(socket, error));
  }

  async #answerUpgrade(request: CarriedRequest, upgrade: Upgrade): Promise<void> {
    const answer = await this.#options.api.handle(request);
    if (upgrade.socket.destroyed) return;
    const refused = () => detachedResponse(upgrade.message, upgrade.socket as TLSSocket);
    if (answer.kind !== 'proxy') await this.#respond(refused(), answer);
    else if (!this.#proxy) this.#refuse(refused(), noKubelets());
    else {
      const fail = (error: unknown) => this.#refuse(refused(), error);
      this.#proxy.upgrade(upgrade, answer.target, { refused, fail });
    }
  }
}

function noKubelets(): StatusError {
  return serviceUnavailable('this API server cannot reach kubelets');
}

/** An ordinary answer on a socket that Node's server has let go; it ends the connection. */
function detachedResponse(message: IncomingMessage, socket: TLSSocket): ServerResponse {
  const response = new ServerResponse(message);
  response.assignSocket(socket);
  response.shouldKeepAlive = false;
  response.once('finish', () => socket.destroySoon());
  return response;
}
