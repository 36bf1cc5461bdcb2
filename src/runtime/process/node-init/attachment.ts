// A client of a program's terminal or stdin, on a connection of its own.

import type { Socket } from 'node:net';
import type { AttachAnswer, AttachMessage, Size } from './messages.ts';
import type { Program } from './program.ts';

export class Attachment {
  readonly #socket: Socket;
  readonly #program: Program;
  readonly #hasStdin: boolean;
  #isLeaving = false;

  constructor(socket: Socket, program: Program, { stdin, size }: { stdin: boolean; size?: Size }) {
    this.#socket = socket;
    this.#program = program;
    this.#hasStdin = stdin && program.stdin !== undefined;
    if (size) program.resize(size);
    // It may have been paused, and has to see the other end go.
    void program.ended.then(() => socket.end().resume());
  }

  /** Output comes from then on: after the answer. */
  begin(): AttachAnswer {
    setImmediate(() => this.#program.audience?.add(this.#socket));
    return { hasStdin: this.#hasStdin };
  }

  receive(message: AttachMessage): void {
    if ('input' in message) this.#type(Buffer.from(message.input, 'base64'));
    else if ('size' in message) this.#program.resize(message.size);
    else if ('endOfInput' in message) this.#endOfInput();
    else this.#leave();
  }

  /** Only a program that reads gets more. */
  #type(bytes: Buffer): void {
    const { stdin } = this.#program;
    if (!this.#hasStdin || !stdin?.writable || stdin.write(bytes)) return;
    this.#socket.pause();
    stdin.once('drain', () => this.#socket.resume());
  }

  /** A terminal's client that types no more may still be looking. */
  #endOfInput(): void {
    const { stdinOnce, tty } = this.#program.order;
    if (this.#hasStdin && stdinOnce && !tty) this.#program.closeStdin();
  }

  #leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    if (this.#hasStdin && this.#program.order.stdinOnce) this.#program.closeStdin();
    this.#socket.end();
  }
}
