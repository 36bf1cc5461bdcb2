// Writes what a container says into its log file, entry by entry. Whole chunks go to the file at once and synchronously: what the
// program has written before it, or its kubelet, is killed is in the file, and a program that says too much is slowed by its own pipe.

import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { defaultLogLimits, type LogLimits, rotateLog } from './log-files.ts';
import { entryPrefix, type LogStream, logTime } from './log-line.ts';

/** Longer lines are split (the limit of Kubernetes' runtimes). */
const longestTextBytes = 16 * 1024;
const lineFeed = 0x0a;
const endOfEntry = Buffer.from('\n');

export class LogWriter {
  readonly #file: string;
  readonly #limits: LogLimits;
  #fd: number;
  #sizeBytes: number;
  readonly #now: () => number;
  /** The beginning of a line that has no end yet. */
  readonly #rest: Record<LogStream, Buffer[]> = { stdout: [], stderr: [] };
  readonly #restBytes: Record<LogStream, number> = { stdout: 0, stderr: 0 };
  #lostBytes = 0;
  #isClosed = false;

  /** Appends to the file, which is made for its owner only. `now` is wall-clock milliseconds. */
  constructor(file: string, now: () => number, limits = defaultLogLimits) {
    this.#file = file;
    this.#limits = limits;
    this.#fd = openSync(file, 'a', 0o600);
    this.#sizeBytes = fstatSync(this.#fd).size;
    this.#now = now;
  }

  /** Bytes of text that found no room on the disk. */
  get lostBytes(): number {
    return this.#lostBytes;
  }

  write(stream: LogStream, chunk: Buffer): void {
    const time = logTime(this.#now());
    const parts: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      this.#hold(stream, chunk.subarray(start, end), time, parts);
      this.#flush(stream, time, false, parts);
      start = end + 1;
    }
    this.#hold(stream, chunk.subarray(start), time, parts);
    this.#append(parts);
  }

  /** The stream has ended: a last line without a line feed is a line too. */
  end(stream: LogStream): void {
    const parts: Buffer[] = [];
    if (this.#restBytes[stream] > 0) this.#flush(stream, logTime(this.#now()), false, parts);
    this.#append(parts);
  }

  /** Ends both streams. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.end('stdout');
    this.end('stderr');
    this.#isClosed = true;
    closeSync(this.#fd);
  }

  /** Keeps the beginning of a line, writing out whole pieces of one that is too long. A copy: chunks share large pools. */
  #hold(stream: LogStream, piece: Buffer, time: string, parts: Buffer[]): void {
    let left = piece;
    while (this.#restBytes[stream] + left.length > longestTextBytes) {
      const room = longestTextBytes - this.#restBytes[stream];
      this.#rest[stream].push(left.subarray(0, room));
      this.#flush(stream, time, true, parts);
      left = left.subarray(room);
    }
    if (left.length === 0) return;
    this.#rest[stream].push(Buffer.from(left));
    this.#restBytes[stream] += left.length;
  }

  #flush(stream: LogStream, time: string, partial: boolean, parts: Buffer[]): void {
    parts.push(Buffer.from(entryPrefix(time, stream, partial)), ...this.#rest[stream], endOfEntry);
    this.#rest[stream] = [];
    this.#restBytes[stream] = 0;
  }

  #append(parts: Buffer[]): void {
    if (parts.length === 0 || this.#isClosed) return;
    let bytes = Buffer.concat(parts);
    if (this.#sizeBytes > 0 && this.#sizeBytes + bytes.length > this.#limits.maxBytes) this.#rotate();
    this.#sizeBytes += bytes.length;
    try {
      while (bytes.length > 0) bytes = bytes.subarray(writeSync(this.#fd, bytes));
    } catch {
      // A full disk must not end the container.
      this.#lostBytes += bytes.length;
    }
  }

  /** Where that is impossible the file grows on, until there is that much again. */
  #rotate(): void {
    this.#sizeBytes = 0;
    try {
      rotateLog(this.#file, this.#limits.maxFiles);
      const fd = openSync(this.#file, 'a', 0o600);
      closeSync(this.#fd);
      this.#fd = fd;
    } catch {
      // The old file, wherever it lies now, is still open and takes what comes.
    }
  }
}
