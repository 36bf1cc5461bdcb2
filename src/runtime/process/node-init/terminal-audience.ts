// Who watches a program's terminal. A terminal that is not read fast enough stands still, as everywhere; what was said before anybody came is
// kept for the first, who would miss the prompt otherwise.

import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { sendJsonLine } from '../json-lines.ts';
import type { AttachOutput } from './messages.ts';

const mostEarlyBytes = 64 * 1024;

export class TerminalAudience {
  readonly #output: Readable;
  readonly #sockets = new Set<Socket>();
  readonly #lagging = new Set<Socket>();
  #early: Buffer[] | undefined = [];
  #earlyBytes = 0;
  #isLastCall = false;

  constructor(output: Readable) {
    this.#output = output.on('data', (chunk: Buffer) => this.#show(chunk));
  }

  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#caughtUp(socket);
    });
    socket.on('drain', () => this.#caughtUp(socket));
    for (const chunk of this.#early ?? []) this.#send(socket, chunk);
    this.#early = undefined;
  }

  /** The program has ended: what it said last waits for nobody. */
  lastCall(): void {
    this.#isLastCall = true;
    this.#output.resume();
  }

  #show(chunk: Buffer): void {
    for (const socket of this.#sockets) this.#send(socket, chunk);
    if (!this.#early) return;
    this.#early.push(chunk);
    this.#earlyBytes += chunk.length;
    while (this.#earlyBytes > mostEarlyBytes) this.#earlyBytes -= this.#early.shift()?.length ?? 0;
  }

  #send(socket: Socket, chunk: Buffer): void {
    sendJsonLine(socket, { output: chunk.toString('base64') } satisfies AttachOutput);
    if (!socket.writableNeedDrain || this.#isLastCall) return;
    this.#lagging.add(socket);
    this.#output.pause();
  }

  #caughtUp(socket: Socket): void {
    this.#lagging.delete(socket);
    if (this.#lagging.size === 0) this.#output.resume();
  }
}
