// A server of an application as a test wants it: it says who it is, and does what it is told: answer late, answer badly, hang, go, come back.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Ending } from '../ending.ts';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers 200 with its name as body and as header `x-server`, and keeps what it was asked. What is upgraded gets back what it sends. */
export class Origin {
  readonly name: string;
  port = 0;
  /** Of every answer but those to health checks. */
  status = 200;
  delayMs = 0;
  /** Takes requests and never answers them; checks neither. */
  hangs = false;
  /** Answers come when it is resolved; checks at once. */
  gate: Promise<void> | undefined;
  healthStatus = 200;
  headers: Record<string, string | string[]> = {};
  /** All but health checks, in order. */
  readonly seen: SeenRequest[] = [];
  /** The most that were answered at the same time. */
  peak = 0;
  healthChecks = 0;
  /** Of the last health check. */
  healthHost: string | undefined;
  #now = 0;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  constructor(name: string) {
    this.name = name;
  }

  static async start(t: Ending, name: string): Promise<Origin> {
    const origin = new Origin(name);
    await origin.start();
    t.after(() => origin.stop());
    return origin;
  }

  get served(): number {
    return this.seen.length;
  }

  get inFlight(): number {
    return this.#now;
  }

  /** On the port that it had before, if any. */
  async start(): Promise<void> {
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      void this.#answer(request, response);
    });
    server.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
      socket.pipe(socket);
    });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: this.port, host: '127.0.0.1', backlog: 2_048 }, resolve);
    });
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** As by kill -9: its connections are reset, new ones refused. Idempotent. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) {
      // One whose end is under way cannot be reset, and would never be closed.
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  forget(): void {
    this.seen.length = 0;
    this.peak = 0;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    response.on('error', () => {});
    if (request.url === '/healthz') {
      this.healthChecks++;
      this.healthHost = request.headers.host;
      if (!this.hangs) response.writeHead(this.healthStatus).end();
      return;
    }
    this.#began(response);
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    this.seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    if (this.hangs) return;
    await this.gate;
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    response.writeHead(this.status, { 'x-server': this.name, ...this.headers }).end(`${this.name}\n`);
  }

  #began(response: ServerResponse): void {
    this.peak = Math.max(this.peak, ++this.#now);
    response.once('close', () => this.#now--);
  }
}
