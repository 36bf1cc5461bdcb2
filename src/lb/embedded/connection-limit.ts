// A frontend's limit of connections at once, over all workers. Who comes when it is reached is held unanswered, as in the backlog: Node
// cannot stop accepting for a while, and the user sees no difference.

import type { Socket } from 'node:net';
import { ConnectionSlot } from './connection-slots.ts';

interface Held {
  readonly socket: Socket;
  admit(): void;
}

/** Room that another worker has made is noticed at once; this is for a wake-up that another one took, and had no use for. */
const lookAgainMs = 250;

export class ConnectionLimit {
  readonly #slot: ConnectionSlot;
  readonly #held = new Set<Held>();
  #limit: number;
  #isWaiting = false;

  constructor(memory: SharedArrayBuffer, slot: number, limit: number) {
    this.#slot = new ConnectionSlot(memory, slot);
    this.#limit = limit;
  }

  /** Those above a lowered limit stay. */
  update(limit: number): void {
    this.#limit = limit;
    this.#slot.wake();
  }

  /** Calls `admit` when there is room, at once or later; not when the client goes away before. The first to come is the first to go. */
  enter(socket: Socket, admit: () => void): void {
    if (this.#held.size === 0 && this.#slot.take(this.#limit)) this.#begin(socket, admit);
    else this.#hold(socket, admit);
  }

  /** Drops those that are held. */
  close(): void {
    for (const { socket } of this.#held) socket.destroy();
    this.#held.clear();
  }

  #hold(socket: Socket, admit: () => void): void {
    const held: Held = { socket, admit };
    this.#held.add(held);
    socket.pause();
    socket.on('error', ignored);
    socket.once('close', () => this.#held.delete(held));
    if (!this.#isWaiting) void this.#admitHeld();
  }

  #begin(socket: Socket, admit: () => void): void {
    socket.once('close', () => this.#slot.leave());
    admit();
  }

  async #admitHeld(): Promise<void> {
    this.#isWaiting = true;
    while (this.#held.size > 0) {
      const [next] = this.#held;
      if (next && this.#slot.take(this.#limit)) {
        this.#held.delete(next);
        next.socket.off('error', ignored);
        this.#begin(next.socket, next.admit);
      } else await this.#slot.change(lookAgainMs);
    }
    this.#isWaiting = false;
  }
}

/** It closes; whoever holds it hears of that. */
function ignored(): void {}
