// The files of one log: what is written now is `log`; full ones before it are `log.1`, `log.2` and so on, a higher number being newer. A file
// that is full is renamed once and never touched again, so that a kill at any moment leaves every line in exactly one file.

import { closeSync, fstatSync, openSync, readdirSync, readSync, renameSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';

export interface LogLimits {
  /** What one file may hold; a single write that is larger goes into one of its own. */
  maxBytes: number;
  /** Files at most, the current one included; at least 2. */
  maxFiles: number;
}

/** Kubernetes' own: containerLogMaxSize and containerLogMaxFiles. */
export const defaultLogLimits: LogLimits = { maxBytes: 10 * 1024 * 1024, maxFiles: 5 };

/** Of the full files, oldest first. */
export function rotatedNumbers(file: string): number[] {
  const start = `${path.basename(file)}.`;
  return readdirSync(path.dirname(file))
    .flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : []))
    .flatMap((text) => (/^\d+$/.test(text) ? [Number(text)] : []))
    .sort((a, b) => a - b);
}

/** Moves a full file away and drops the oldest. Throws the system's error; the file is where it was then. */
export function rotateLog(file: string, maxFiles: number): void {
  const numbers = rotatedNumbers(file);
  renameSync(file, `${file}.${(numbers.at(-1) ?? 0) + 1}`);
  for (const number of numbers.slice(0, Math.max(0, numbers.length + 2 - maxFiles))) {
    rmSync(`${file}.${number}`, { force: true });
  }
}

/** The last bytes of a log, at most so many. Empty when there is none. */
export function endOfLogFiles(file: string, mostBytes: number): Buffer {
  const last = endOfFile(file, mostBytes);
  const before = numbersOrNone(file).at(-1);
  if (last.length >= mostBytes || before === undefined) return last;
  return Buffer.concat([endOfFile(`${file}.${before}`, mostBytes - last.length), last]);
}

/** All files of a log, oldest first, open for reading; whoever asked closes them. Rejects with ENOENT when there is none. */
export async function openLogFiles(file: string): Promise<FileHandle[]> {
  const current = await openOrNone(file);
  const full: FileHandle[] = [];
  for (const number of numbersOrNone(file)) {
    const handle = await openOrNone(`${file}.${number}`);
    if (handle) full.push(handle);
  }
  if (!current) return full.length > 0 ? full : [await open(file, 'r')];
  // It may have been moved away since it was opened: then it stands among the full ones, perhaps not as the last.
  for (const handle of full) if (await isSame(handle, current)) return without(current, full);
  return [...full, current];
}

/** What follows a file of the log that is open: undefined when it is the one that is still written to. */
export async function nextLogFile(file: string, handle: FileHandle): Promise<FileHandle | undefined> {
  for (;;) {
    const current = await openOrNone(file);
    if (current && (await isSame(current, handle))) return without(current, undefined);
    const following = await fullFileAfter(file, handle);
    // A file that was dropped under a reader too slow for it is followed by the oldest that is left.
    if (following === 'none') {
      if (!current || !(await hasMoved(file, current))) return current;
    } else if (following) return without(current, following);
    await current?.close();
  }
}

/** The full file after an open one. Undefined when it went in this moment: look again. */
async function fullFileAfter(file: string, handle: FileHandle): Promise<FileHandle | 'none' | undefined> {
  const numbers = numbersOrNone(file);
  let place = -1;
  for (const [index, number] of numbers.entries()) {
    const other = await openOrNone(`${file}.${number}`);
    if (other && (await isSame(other, handle))) place = index;
    await other?.close();
  }
  const next = numbers[place + 1];
  return next === undefined ? 'none' : openOrNone(`${file}.${next}`);
}

async function hasMoved(file: string, handle: FileHandle): Promise<boolean> {
  const now = await openOrNone(file);
  if (!now) return true;
  const isStill = await isSame(now, handle);
  await now.close();
  return !isStill;
}

async function without<T>(handle: FileHandle | undefined, rest: T): Promise<T> {
  await handle?.close();
  return rest;
}

async function isSame(a: FileHandle, b: FileHandle): Promise<boolean> {
  const [one, other] = await Promise.all([a.stat(), b.stat()]);
  return one.ino === other.ino && one.dev === other.dev;
}

async function openOrNone(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function numbersOrNone(file: string): number[] {
  try {
    return rotatedNumbers(file);
  } catch {
    return [];
  }
}

function endOfFile(file: string, mostBytes: number): Buffer {
  try {
    const fd = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(mostBytes);
      const length = readSync(fd, bytes, 0, mostBytes, Math.max(0, fstatSync(fd).size - mostBytes));
      return bytes.subarray(0, length);
    } finally {
      closeSync(fd);
    }
  } catch {
    return Buffer.alloc(0);
  }
}
