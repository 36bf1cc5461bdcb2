// A server that answers each request with the bytes that a test gives it, right or wrong, and remembers what came.

import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Ending } from '../ending.ts';

export interface RawRequest {
  /** Without the empty line. */
  readonly head: string;
  readonly body: Buffer;
  /** Of the server, from 1. */
  readonly connection: number;
  readonly socket: Socket;
}

/** What is sent back; undefined: the test writes to the socket itself. Text is taken for bytes (latin1). */
export type Reply = (request: RawRequest) => string | Buffer | undefined;

export class RawOrigin {
  readonly requests: RawRequest[] = [];
  connections = 0;
  port = 0;
  /** Told of each connection before anything is read from it. */
  onConnection: (socket: Socket) => void = () => {};
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(reply: Reply, tls: { cert: string; key: string } | undefined) {
    const serve = (socket: Socket) => this.#serve(socket, reply);
    this.#server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  }

  static async start(t: Ending, reply: Reply, tls?: { cert: string; key: string }): Promise<RawOrigin> {
    const origin = new RawOrigin(reply, tls);
    await new Promise<void>((resolve) => origin.#server.listen(0, '127.0.0.1', resolve));
    origin.port = (origin.#server.address() as { port: number }).port;
    t.after(() => origin.stop());
    return origin;
  }

  get open(): number {
    return this.#sockets.size;
  }

  get heads(): readonly string[] {
    return this.requests.map(({ head }) => head);
  }

  /** First lines of what came. */
  get lines(): readonly string[] {
    return this.heads.map((head) => head.slice(0, head.indexOf('\r\n')));
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(socket: Socket, reply: Reply): void {
    const connection = ++this.connections;
    this.#sockets.add(socket);
    this.onConnection(socket);
    let seen = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      seen = Buffer.concat([seen, chunk]);
      for (let whole = wholeOf(seen); whole !== undefined; whole = wholeOf(seen)) {
        seen = seen.subarray(whole.length);
        const request = { head: whole.head, body: whole.body, connection, socket };
        this.requests.push(request);
        const answer = reply(request);
        if (answer !== undefined) socket.write(answer, 'latin1');
      }
    });
  }
}

/** With its Content-Length. */
export function answerOf(
  status: string,
  headers: readonly string[] = [],
  body: string | Buffer = '',
): Buffer {
  const bytes = Buffer.from(body);
  const head = [`HTTP/1.1 ${status}`, `Content-Length: ${bytes.length}`, ...headers, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head), bytes]);
}

function wholeOf(seen: Buffer): { head: string; body: Buffer; length: number } | undefined {
  const end = seen.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = seen.toString('latin1', 0, end);
  const length = end + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
  return seen.length < length ? undefined : { head, body: seen.subarray(end + 4, length), length };
}
