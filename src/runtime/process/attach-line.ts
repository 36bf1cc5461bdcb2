// The runtime's line to one program's terminal or stdin, which node-init holds.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PassThrough, type Readable, Writable } from 'node:stream';
import { NotRunningError } from '../errors.ts';
import type { TerminalSize } from '../runtime.ts';
import { onJsonLines, sendJsonLine } from './json-lines.ts';
import type {
  AttachAnswer,
  AttachMessage,
  AttachOutput,
  AttachRequest,
  NumberedRequest,
} from './node-init/messages.ts';
import { runningNodeInit } from './node-init-connection.ts';

export class AttachLine {
  /** What a terminal shows. Ends with the program, or the line. */
  readonly output: Readable;
  /** Undefined when it was not asked for, or the program has none. */
  readonly input?: Writable;
  readonly #socket: Socket;

  private constructor(socket: Socket, output: Readable, { hasStdin }: AttachAnswer) {
    this.#socket = socket;
    this.output = output;
    if (hasStdin) this.input = inputOf(socket);
  }

  /** Rejects with a NotRunningError, or when there is no node-init in the folder. */
  static async open(folder: string, request: Omit<AttachRequest, 'call'>): Promise<AttachLine> {
    const socket = connect(runningNodeInit(folder)?.socket ?? '');
    await once(socket, 'connect');
    const output = new PassThrough();
    const answered = Promise.withResolvers<AttachAnswer>();
    socket
      .on('error', () => {})
      .once('close', () => {
        output.end();
        answered.reject(new Error('node-init has died'));
      });
    onJsonLines(socket, (value) => {
      if (isOutput(value)) show(value, output, socket);
      else settle(value, answered);
    });
    sendJsonLine(socket, { call: 'attach', number: 1, ...request } satisfies NumberedRequest);
    try {
      return new AttachLine(socket, output, await answered.promise);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  resize(size: TerminalSize): void {
    send(this.#socket, { size });
  }

  /** Lets go, which closes the stdin of a program that is to have one client only. Idempotent. */
  close(): void {
    send(this.#socket, { leave: true });
    this.#socket.end();
    // It may have been paused, and has to see the other end go.
    this.#socket.resume();
    this.output.destroy();
  }
}

function isOutput(value: unknown): value is AttachOutput {
  return typeof value === 'object' && value !== null && 'output' in value;
}

function show({ output: text }: AttachOutput, output: PassThrough, socket: Socket): void {
  if (output.destroyed || output.write(Buffer.from(text, 'base64'))) return;
  socket.pause();
  output.once('drain', () => socket.resume());
}

function settle(value: unknown, answered: PromiseWithResolvers<AttachAnswer>): void {
  const { answer, failed } = value as { answer?: AttachAnswer; failed?: string };
  if (answer) answered.resolve(answer);
  else answered.reject(new NotRunningError(failed));
}

function inputOf(socket: Socket): Writable {
  const told = (message: AttachMessage, done: () => void) => {
    if (socket.writable) socket.write(`${JSON.stringify(message)}\n`, () => done());
    else done();
  };
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => told({ input: chunk.toString('base64') }, done),
    final: (done) => told({ endOfInput: true }, done),
  });
}

function send(socket: Socket, message: AttachMessage): void {
  sendJsonLine(socket, message);
}
