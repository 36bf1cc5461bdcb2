// The newest acknowledged revision, noted beside the database after every commit. It is written without waiting for the disk, so it
// can lag behind the database but never lead it: a database that is older than its note has lost acknowledged writes
// (its log was removed, or an old copy was put in its place).

import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { codeOf } from './errors.ts';

export class Witness {
  readonly #fd: number;

  constructor(file: string) {
    this.#fd = openSync(file, constants.O_CREAT | constants.O_WRONLY, 0o600);
  }

  note(revision: number): void {
    try {
      // Of one width and in place: no moment has half of one and half of the other.
      writeSync(this.#fd, `${String(revision).padStart(16, '0')}\n`, 0);
    } catch {
      // The write it speaks of is on disk; a note that lags is allowed.
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** 0 where there is no note, or none that can be read: then nothing is known. */
export function readWitness(file: string): number {
  try {
    const text = readFileSync(file, 'latin1');
    return /^\d{16}\n$/.test(text) ? Number(text) : 0;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
