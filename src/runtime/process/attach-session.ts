// Watching a container's main program (`kubectl attach`): what it says from now on, line by line as its log gets it. Its stdin cannot be had:
// programs start without one.

import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { LogLine, StreamSession, TerminalSize } from '../runtime.ts';

const lineFeed = Buffer.from('\n');

export class AttachSession implements StreamSession {
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly exited: Promise<{ exitCode: number; signal?: number }>;
  readonly #closing = new AbortController();

  /** `follow` gives the lines to come until the container ends or the signal is aborted; `exitOf` how it ended. */
  constructor(
    follow: (signal: AbortSignal) => AsyncIterable<LogLine>,
    exitOf: () => { exitCode: number; signal?: number } | undefined,
  ) {
    const carried = this.#carry(follow(this.#closing.signal));
    this.exited = carried.then(() => {
      const exit = exitOf();
      if (exit) return exit;
      throw new Error('the session was closed before the container ended');
    });
    // Whoever closes the session does not wait for the end.
    this.exited.catch(() => {});
  }

  resize(_size: TerminalSize): void {}

  async close(): Promise<void> {
    this.#closing.abort();
    this.stdout.destroy();
    this.stderr.destroy();
    await this.exited.catch(() => {});
  }

  async #carry(lines: AsyncIterable<LogLine>): Promise<void> {
    for await (const { stream, data, partial } of lines) {
      const to = this[stream];
      const hasRoom = to.write(partial ? data : Buffer.concat([data, lineFeed]));
      if (!hasRoom && !to.destroyed) await once(to, 'drain', { signal: this.#closing.signal });
    }
    this.stdout.end();
    this.stderr.end();
  }
}
