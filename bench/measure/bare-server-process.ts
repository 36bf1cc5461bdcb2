// What the machine allows: HTTPS and a synced file without any API behind them. It answers everything with what it was told last; writes
// go to a file and are answered when that is on disk, all that wait together with one sync. Held-open requests get every write.

import { closeSync, fdatasync, openSync, writeSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { runSupervised } from '../../src/machinery/supervised.ts';

export interface BareServerConfig {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** Where writes go, over and over the same 4 MiB. */
  readonly file: string;
}

export interface BareServerInfo {
  readonly port: number;
}

/** What to answer from now on. */
export interface BareAnswer {
  readonly status: number;
  readonly body: string;
}

const sync = promisify(fdatasync);
const fileBytes = 4 * 1024 * 1024;

class BareServer {
  readonly #file: number;
  readonly #watching = new Set<ServerResponse>();
  #status = 200;
  #body: Buffer = Buffer.from('{}');
  #waiting: (() => void)[] = [];
  #syncing = false;
  #position = 0;

  constructor(file: string) {
    this.#file = openSync(file, 'w', 0o600);
    // A file that grows is synced more slowly, and a database's log does not grow either.
    writeSync(this.#file, Buffer.alloc(fileBytes, 1));
  }

  become({ status, body }: BareAnswer): void {
    this.#status = status;
    this.#body = Buffer.from(body);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    if (request.url?.includes('watch=')) this.#watch(response);
    else this.#receive(request, response);
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'GET') this.#answer(response);
      else this.#write(Buffer.concat(chunks), response);
    });
  }

  close(): void {
    closeSync(this.#file);
  }

  #watch(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    this.#watching.add(response);
    response.on('close', () => this.#watching.delete(response));
  }

  #answer(response: ServerResponse): void {
    const length = this.#body.length;
    response.writeHead(this.#status, { 'content-type': 'application/json', 'content-length': length });
    response.end(this.#body);
  }

  #write(body: Buffer, response: ServerResponse): void {
    writeSync(this.#file, body, 0, body.length, this.#position);
    this.#position = (this.#position + body.length) % fileBytes;
    this.#waiting.push(() => {
      this.#answer(response);
      for (const watcher of this.#watching) watcher.write('{}\n');
    });
    if (!this.#syncing) void this.#syncAll();
  }

  async #syncAll(): Promise<void> {
    this.#syncing = true;
    while (this.#waiting.length > 0) {
      const synced = this.#waiting;
      this.#waiting = [];
      await sync(this.#file);
      for (const answer of synced) answer();
    }
    this.#syncing = false;
  }
}

runSupervised<BareServerConfig>(async ({ cert, key, file }, { signal, ready }) => {
  const bare = new BareServer(file);
  const server = createServer({ cert, key }, (request, response) => bare.handle(request, response));
  server.listen(0, '127.0.0.1', () => ready({ port: (server.address() as AddressInfo).port }));
  process.on('message', (answer: BareAnswer) => {
    bare.become(answer);
    process.send?.({});
  });
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  server.closeAllConnections();
  bare.close();
});
