// A bearer token in a file that somebody renews: read again when the file changes.

import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';

/** The file is looked at no more often than this. */
const lookEveryMs = 1_000;

export class TokenFile {
  readonly #path: string;
  readonly #clock: Clock;
  #token: string | undefined;
  #version = '';
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /** The newest token. Throws when the file cannot be read and never could; later failures keep the last token. */
  current(): string {
    const now = this.#clock.monotonic();
    if (this.#token !== undefined && now - this.#lookedAt < lookEveryMs) return this.#token;
    this.#lookedAt = now;
    try {
      this.#read();
    } catch (cause) {
      if (this.#token === undefined) {
        throw new Error(`cannot read the token file ${this.#path}: ${(cause as Error).message}`, { cause });
      }
    }
    return this.#token ?? '';
  }

  #read(): void {
    const { mtimeMs, size, ino } = statSync(this.#path);
    const version = `${ino} ${size} ${mtimeMs}`;
    if (version === this.#version) return;
    const token = readFileSync(this.#path, 'utf8').trim();
    if (token === '') throw new Error('it is empty');
    this.#token = token;
    this.#version = version;
  }
}
