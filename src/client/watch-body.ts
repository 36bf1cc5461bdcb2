// The body of a watch over HTTP: one event per line, and a watchdog, because a stream that stalls says nothing.

import type { Readable } from 'node:stream';
import type { WatchEvent } from '../api/object.ts';
import type { Clock } from '../base/clock.ts';
import { LineSplitter } from './line-splitter.ts';
import type { WatchStream } from './transport.ts';

export interface WatchBodyOptions {
  clock: Clock;
  /** Without a byte for so long the stream counts as broken. */
  silenceMs: number;
  onEvent(event: WatchEvent): void;
}

export class WatchBody implements WatchStream {
  readonly done: Promise<void>;
  readonly #body: Readable;
  readonly #options: WatchBodyOptions;
  #closed = false;
  #lastByteAt: number;
  #cancelWatchdog: () => void = () => {};

  constructor(body: Readable, options: WatchBodyOptions) {
    this.#body = body;
    this.#options = options;
    this.#lastByteAt = options.clock.monotonic();
    this.#guard(options.silenceMs);
    this.done = this.#read().finally(() => this.#cancelWatchdog());
    // The stream may be closed by someone who no longer looks at its end.
    this.done.catch(() => {});
  }

  close(): void {
    this.#closed = true;
    this.#body.destroy();
  }

  async #read(): Promise<void> {
    const lines = new LineSplitter();
    try {
      for await (const chunk of this.#body) {
        this.#lastByteAt = this.#options.clock.monotonic();
        for (const line of lines.push(chunk as Buffer)) this.#deliver(line);
      }
    } catch (error) {
      if (!this.#closed) throw error;
    }
    if (!this.#closed && lines.end() !== '') throw new Error('the watch ended in the middle of an event');
  }

  #deliver(line: string): void {
    if (!this.#closed) this.#options.onEvent(JSON.parse(line) as WatchEvent);
  }

  /** One timer that looks when the silence could be over, instead of one that every chunk sets anew. */
  #guard(ms: number): void {
    const { clock, silenceMs } = this.#options;
    this.#cancelWatchdog = clock.after(ms, () => {
      const left = this.#lastByteAt + silenceMs - clock.monotonic();
      if (left > 0) this.#guard(left);
      else this.#body.destroy(new Error(`the watch was silent for ${silenceMs} ms`));
    });
  }
}
