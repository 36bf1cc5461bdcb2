// How the start of a program that needs preparation came out: its starter says so over a named pipe, since its streams are the program's.

import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, rmSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';

/** Lines that a starter ends its report with. The one about a problem has its code after it. */
export const reportLines = { ready: 'ready', problem: 'problem' } as const;
const ended = 'ended';
/** Of a start that failed otherwise than for its program. */
export const preparationFailed = 'EPREPARE';

export class StartReport {
  readonly #pipe: string;
  readonly #fd: number;

  private constructor(pipe: string, fd: number) {
    this.#pipe = pipe;
    this.#fd = fd;
  }

  /** Makes the pipe. Whoever opens it asks for outcome() or calls close(). */
  static async open(pipe: string): Promise<StartReport> {
    // Of a start that a crash cut short.
    rmSync(pipe, { force: true });
    await promisify(execFile)('mkfifo', ['-m', '600', pipe]);
    // For both, so that it never ends while nobody writes.
    return new StartReport(pipe, openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK));
  }

  /**
   * Resolves when the program begins. Rejects when the starter has exited before, with an Error of one line; its `code` is the system's for
   * a program that cannot be run, else preparationFailed.
   */
  outcome(exited: Promise<unknown>): Promise<void> {
    const socket = new Socket({ fd: this.#fd, readable: true, writable: false });
    void exited.then(() => socket.destroyed || writeSync(this.#fd, `\n${ended}\n`));
    return new Promise((resolve, reject) => {
      let said = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
        const lines = said.split('\n').slice(0, -1);
        const last = lines.find((line) => line === reportLines.ready || line === ended);
        if (last === undefined) return;
        socket.destroy();
        rmSync(this.#pipe, { force: true });
        if (last === reportLines.ready) resolve();
        else reject(failureOf(lines));
      });
      socket.once('error', reject);
    });
  }

  /** Instead of outcome(). */
  close(): void {
    closeSync(this.#fd);
    rmSync(this.#pipe, { force: true });
  }
}

function failureOf(lines: readonly string[]): Error {
  const [, problem] =
    lines.map((line) => line.split(' ')).find(([first]) => first === reportLines.problem) ?? [];
  // What follows the first complaint follows from it.
  const message = lines.find((line) => line !== '' && line !== ended) ?? 'it ended before it began';
  return Object.assign(new Error(message), { code: problem ?? preparationFailed });
}
