// Two sockets joined: what one sends the other gets, with back-pressure, half-close and a limit on silence. It knows nothing of what the
// bytes mean; upgrades use it as well as frontends of mode tcp.

import type { Socket } from 'node:net';
import { reset } from '../reset.ts';
import { keepPiece } from './kept-piece.ts';

/** For a client to take what is said last, and to end the connection itself. */
const lastWordsMs = 1_000;

/** A tunnel that lasts tells what it has passed on so often, in milliseconds. */
const tellEveryMs = 5_000;

/** closed: both sides ended in order. idle: nobody said anything for too long. cut: `close()`. failed: one of them was reset. */
export type TunnelEnding = 'closed' | 'idle' | 'cut' | 'failed';

/** HAProxy's termination state of such a session: its manual, 8.5. */
export function tunnelFlags(how: TunnelEnding, failed: 'client' | 'server' | undefined): string {
  if (how === 'failed') return failed === 'client' ? 'CD' : 'SD';
  return { closed: '--', idle: 'cD', cut: 'KD' }[how];
}

export interface TunnelOptions {
  /** Without a byte either way for so long both are destroyed. Milliseconds, greater than 0. */
  readonly idleMs: number;
  /** Sees what the server sends before the client gets it. */
  readonly tap?: (chunk: Buffer) => void;
  /** How many bytes have been read from each side since it was called last: now and then, while there are any, and before `ended`. */
  moved?(fromClient: number, fromServer: number): void;
  /** Default 5,000. */
  readonly tellEveryMs?: number;
  /** Once, when both sockets are closed or destroyed. */
  ended(how: TunnelEnding, failed?: 'client' | 'server'): void;
}

/**
 * Takes both sockets over: they must be connected (or connecting) and have no other readers; both should allow half-open connections.
 * Bytes that were read before are the caller's to pass on first.
 */
export class Tunnel {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #options: TunnelOptions;
  #timer: NodeJS.Timeout;
  #lastByteAt = performance.now();
  #toldAt = this.#lastByteAt;
  #told = { fromClient: 0, fromServer: 0 };
  #open = 2;
  #ending: TunnelEnding | undefined;
  #failed: 'client' | 'server' | undefined;
  /** Bytes read from each side. */
  fromClient = 0;
  fromServer = 0;

  constructor(client: Socket, server: Socket, options: TunnelOptions) {
    this.#client = client;
    this.#server = server;
    this.#options = options;
    this.#timer = setTimeout(() => this.#watch(), options.idleMs).unref();
    this.#join(client, server, 'client');
    this.#join(server, client, 'server');
    this.#read(client, server, (chunk) => {
      this.fromClient += chunk.length;
    });
    this.#read(server, client, (chunk) => {
      this.fromServer += chunk.length;
      options.tap?.(chunk);
    });
  }

  /** Destroys both sides. Idempotent. */
  close(): void {
    this.#finish('cut');
  }

  /** The client gets these last bytes and a moment to take them; the server hears that nobody is there any more. */
  leave(lastWords: Buffer): void {
    if (this.#ending !== undefined) return;
    this.#ending = 'cut';
    this.#client.end(lastWords);
    this.#server.destroy();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#client.destroy(), lastWordsMs).unref();
  }

  #read(from: Socket, to: Socket, count: (chunk: Buffer) => void): void {
    from.on('data', (chunk: Buffer) => {
      this.#lastByteAt = performance.now();
      count(chunk);
      if (this.#lastByteAt - this.#toldAt >= (this.#options.tellEveryMs ?? tellEveryMs)) this.#tell();
      if (to.writable && !to.write(chunk)) from.pause();
      if (to.writableLength > 0) keepPiece();
    });
    to.on('drain', () => {
      this.#lastByteAt = performance.now();
      from.resume();
    });
    from.resume();
  }

  #join(from: Socket, to: Socket, side: 'client' | 'server'): void {
    // Whoever has nothing more to say may have said so while the other side was being looked for.
    if (from.readableEnded) to.end();
    else from.on('end', () => to.end());
    from.on('error', () => this.#finish('failed', side));
    from.on('close', () => {
      this.#open -= 1;
      if (this.#open === 0) this.#over();
      else if (!from.readableEnded) this.#finish('failed', side);
    });
  }

  #finish(how: TunnelEnding, failed?: 'client' | 'server'): void {
    if (this.#ending !== undefined) return;
    this.#ending = how;
    this.#failed = failed;
    // A connection that broke on one side breaks on the other.
    const end = how === 'failed' ? reset : destroy;
    end(this.#client);
    end(this.#server);
  }

  #over(): void {
    clearTimeout(this.#timer);
    this.#tell();
    this.#options.ended(this.#ending ?? 'closed', this.#failed);
  }

  #tell(): void {
    const { fromClient, fromServer } = this;
    const told = this.#told;
    this.#toldAt = this.#lastByteAt;
    this.#told = { fromClient, fromServer };
    if (fromClient + fromServer === told.fromClient + told.fromServer) return;
    this.#options.moved?.(fromClient - told.fromClient, fromServer - told.fromServer);
  }

  /** One timer for the whole life: it looks at the time of the last byte, so that bytes cost no timer. */
  #watch(): void {
    const left = this.#lastByteAt + this.#options.idleMs - performance.now();
    if (left <= 0) {
      this.#finish('idle');
      return;
    }
    this.#timer = setTimeout(() => this.#watch(), left).unref();
  }
}

function destroy(socket: Socket): void {
  socket.destroy();
}
