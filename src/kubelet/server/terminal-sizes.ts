// The sizes that a client tells of its terminal: the first of them is waited for a little, so that a program starts in a terminal of that size.

import type { Readable } from 'node:stream';
import type { StreamSession, TerminalSize } from '../../runtime/runtime.ts';

/** kubectl tells its size with the first bytes; other clients may never do. */
const patienceMs = 200;

export class TerminalSizes {
  readonly #first = Promise.withResolvers<TerminalSize | undefined>();
  #latest: TerminalSize | undefined;
  #session: StreamSession | undefined;
  #cancel = () => {};

  /** `lines` are of JSON: `{"Width":80,"Height":24}`. Undefined: there is no terminal. */
  constructor(lines: Readable | undefined) {
    if (!lines) {
      this.#first.resolve(undefined);
      return;
    }
    const timer = setTimeout(this.#first.resolve, patienceMs, undefined);
    this.#cancel = () => clearTimeout(timer);
    lines.on('data', (chunk: Buffer) => this.#told(sizeIn(chunk)));
    lines.once('close', () => this.#told(undefined));
  }

  /** Undefined when none was told in time. */
  first(): Promise<TerminalSize | undefined> {
    return this.#first.promise;
  }

  /** `started` is the size that it was opened with. */
  follow(session: StreamSession, started: TerminalSize | undefined): void {
    this.#session = session;
    if (this.#latest && this.#latest !== started) session.resize(this.#latest);
  }

  #told(size: TerminalSize | undefined): void {
    this.#cancel();
    this.#latest = size ?? this.#latest;
    this.#first.resolve(size);
    if (size) this.#session?.resize(size);
  }
}

/** Every message is one value; of several that come together the last counts. */
function sizeIn(chunk: Buffer): TerminalSize | undefined {
  const last = chunk
    .toString('utf8')
    .match(/\{[^{}]*\}/g)
    ?.at(-1);
  try {
    const { Width, Height } = JSON.parse(last ?? '');
    return isSize(Width) && isSize(Height) ? { columns: Width, rows: Height } : undefined;
  } catch {
    return undefined;
  }
}

/** The kernel counts them in 16 bits. */
function isSize(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;
}
