// Reads a container's log as `kubectl logs` asks for it: the end only, since a time, and on while it grows, from one file to the next.

import { watch } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { LogLine, LogOptions } from '../runtime.ts';
import { nextLogFile, openLogFiles } from './log-files.ts';
import { logTime, parseEntry } from './log-line.ts';

export interface LogSource {
  file: string;
  /** Calls `tell` when nothing more will be written, perhaps at once; the returned function stops that. Only used with `follow`. */
  whenEnded(tell: () => void): () => void;
}

const blockBytes = 64 * 1024;
const lineFeed = 0x0a;
/** Where the system cannot tell of changes, and against a change that was told before it was listened for. */
const pollMs = 500;

/** Yields entries in order. Returning early or an aborted signal ends it; a missing file throws ENOENT. */
export async function* readLog(
  source: LogSource,
  { follow = false, tailLines, sinceMs }: LogOptions,
  signal?: AbortSignal,
): AsyncGenerator<LogLine> {
  const since = sinceMs === undefined ? '' : logTime(sinceMs);
  const files = await openLogFiles(source.file);
  const growth = follow ? new Growth(source, signal) : undefined;
  try {
    const start = await startOf(files, tailLines);
    // What is open is closed below, also what came later: the list is the walk's.
    for (let index = start.index, offset = start.offset; index < files.length; index++, offset = 0) {
      const handle = files[index] as FileHandle;
      const follower = index === files.length - 1 ? growth : undefined;
      for await (const line of entries(handle, source.file, files, offset, follower, signal)) {
        if (line.time >= since) yield line;
      }
    }
  } finally {
    growth?.close();
    for (const handle of files) await handle.close();
  }
}

/** The torn end of a file, which a crash leaves, does not reach into the next. */
async function* entries(
  handle: FileHandle,
  file: string,
  files: FileHandle[],
  offset: number,
  growth: Growth | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<LogLine> {
  let rest = Buffer.alloc(0) as Buffer;
  for await (const block of blocks(handle, file, files, offset, growth, signal)) {
    const bytes = rest.length === 0 ? block : Buffer.concat([rest, block]);
    let begin = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, begin)) {
      const line = parseEntry(bytes.subarray(begin, end));
      begin = end + 1;
      if (line) yield line;
    }
    rest = bytes.subarray(begin);
  }
}

/** Where the last `count` entries begin. */
async function startOf(
  files: readonly FileHandle[],
  count: number | undefined,
): Promise<{ index: number; offset: number }> {
  let missing = count ?? Number.POSITIVE_INFINITY;
  if (missing === Number.POSITIVE_INFINITY) return { index: 0, offset: 0 };
  for (let index = files.length - 1; index >= 0; index--) {
    const found = await tailOffset(files[index] as FileHandle, missing);
    if (found.missing === 0) return { index, offset: found.offset };
    missing = found.missing;
  }
  return { index: 0, offset: 0 };
}

/** Where the last `count` entries of a file begin, or how many it lacks. */
async function tailOffset(handle: FileHandle, count: number): Promise<{ offset: number; missing: number }> {
  let { size: position } = await handle.stat();
  if (count === 0) return { offset: position, missing: 0 };
  const block = Buffer.alloc(blockBytes);
  // The line feed at the very end belongs to the last entry.
  let missing = count + 1;
  while (position > 0) {
    const length = Math.min(blockBytes, position);
    position -= length;
    const { bytesRead } = await handle.read(block, 0, length, position);
    for (let at = bytesRead - 1; at >= 0; at--) {
      if (block[at] === lineFeed && --missing === 0) return { offset: position + at + 1, missing: 0 };
    }
  }
  return { offset: 0, missing: missing - 1 };
}

/** With `growth` it goes on until the log has ended, or until another file takes over: that is put at the end of `files`. */
async function* blocks(
  handle: FileHandle,
  file: string,
  files: FileHandle[],
  offset: number,
  growth: Growth | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  let position = offset;
  let isFull = growth === undefined;
  while (!signal?.aborted) {
    // Asked before reading: what is written before the end is said is still read.
    const isEnded = isFull || growth?.ended;
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(blockBytes), 0, blockBytes, position);
    position += bytesRead;
    if (bytesRead > 0) {
      yield buffer.subarray(0, bytesRead);
      continue;
    }
    if (isFull) return;
    const next = await nextLogFile(file, handle);
    if (next) {
      files.push(next);
      // It may have been written to between the last look and its being moved away.
      isFull = true;
    } else if (isEnded) return;
    else await growth?.next();
  }
}

/** Wakes a reader when its file may have grown, or never will again. */
class Growth {
  ended = false;
  readonly #watcher: { close(): void } | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #forgetEnd: () => void;
  #wake: () => void = () => {};
  #hasNews = false;

  constructor({ file, whenEnded }: LogSource, signal: AbortSignal | undefined) {
    this.#signal = signal;
    // The folder: the file itself is moved away when it is full.
    this.#watcher = watched(path.dirname(file), this.#tell);
    signal?.addEventListener('abort', this.#tell);
    this.#forgetEnd = whenEnded(() => {
      this.ended = true;
      this.#tell();
    });
  }

  async next(): Promise<void> {
    if (!this.#hasNews && !this.#signal?.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, pollMs).unref();
      });
    }
    this.#hasNews = false;
  }

  close(): void {
    this.#watcher?.close();
    this.#forgetEnd();
    this.#signal?.removeEventListener('abort', this.#tell);
  }

  readonly #tell = (): void => {
    this.#hasNews = true;
    this.#wake();
  };
}

/** Undefined where the system has no more watches to give: the reader then looks now and then. */
function watched(folder: string, tell: () => void): { close(): void } | undefined {
  try {
    return watch(folder, { persistent: false }, tell).on('error', () => {});
  } catch {
    return undefined;
  }
}
