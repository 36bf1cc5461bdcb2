// A log file that does not grow without end: when it is full it becomes NAME.log.1, what was that before is dropped, and a new one begins.

import { closeSync, fstatSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';

const usualBytes = 4 * 1024 * 1024;

/**
 * Opens a log for a program that writes into it by itself, and so only here, at its start, can be given another file: one that is full by now
 * becomes NAME.log.1. Whoever asked closes the descriptor. Throws the system's error.
 */
export function openLog(file: string, maxBytes = usualBytes): number {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  if (size >= maxBytes) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

export class LogFile {
  /** Its path. */
  readonly file: string;
  readonly #maxBytes: number;
  #fd: number | undefined;
  #size = 0;

  /** Makes the folder when it is missing. `maxBytes` is what one file may hold, default 4 MiB; there are at most two. */
  constructor(file: string, maxBytes = usualBytes) {
    this.file = file;
    this.#maxBytes = maxBytes;
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    this.#open();
  }

  /** Never throws: a full disk costs log lines, not the cluster. */
  write(chunk: Buffer): void {
    try {
      if (this.#fd !== undefined && this.#size > 0 && this.#size + chunk.length > this.#maxBytes) {
        this.#rotate();
      }
      if (this.#fd !== undefined) this.#size += writeSync(this.#fd, chunk);
    } catch {
      // What could not be written is lost; the next line is tried again.
    }
  }

  /** Idempotent. What is written afterwards is lost. */
  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #open(): void {
    this.#fd = openSync(this.file, 'a', 0o600);
    this.#size = fstatSync(this.#fd).size;
  }

  #rotate(): void {
    this.close();
    try {
      renameSync(this.file, `${this.file}.1`);
    } finally {
      this.#open();
    }
  }
}
