// Reads a container's log as `kubectl logs` asks for it: the end only, since a time, and on while it grows.

import { watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { LogLine, LogOptions } from '../runtime.ts';
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
  const handle = await open(source.file, 'r');
  try {
    const start = tailLines === undefined ? 0 : await tailOffset(handle, tailLines);
    let rest = Buffer.alloc(0) as Buffer;
    for await (const block of blocks(handle, source, start, follow, signal)) {
      const bytes = rest.length === 0 ? block : Buffer.concat([rest, block]);
      let begin = 0;
      for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, begin)) {
        const line = parseEntry(bytes.subarray(begin, end));
        begin = end + 1;
        if (line && line.time >= since) yield line;
      }
      rest = bytes.subarray(begin);
    }
  } finally {
    await handle.close();
  }
}

/** Where the last `count` entries begin. */
async function tailOffset(handle: FileHandle, count: number): Promise<number> {
  let { size: position } = await handle.stat();
  const block = Buffer.alloc(blockBytes);
  // The line feed at the very end belongs to the last entry.
  let missing = count + 1;
  while (position > 0) {
    const length = Math.min(blockBytes, position);
    position -= length;
    const { bytesRead } = await handle.read(block, 0, length, position);
    for (let at = bytesRead - 1; at >= 0; at--) {
      if (block[at] === lineFeed && --missing === 0) return position + at + 1;
    }
  }
  return 0;
}

async function* blocks(
  handle: FileHandle,
  source: LogSource,
  start: number,
  follow: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const growth = follow ? new Growth(source, signal) : undefined;
  try {
    let position = start;
    while (!signal?.aborted) {
      // Asked before reading: what is written before the end is said is still read.
      const isLast = growth === undefined || growth.ended;
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(blockBytes), 0, blockBytes, position);
      position += bytesRead;
      if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
      else if (isLast) return;
      else await growth?.next();
    }
  } finally {
    growth?.close();
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
    this.#watcher = watched(file, this.#tell);
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
function watched(file: string, tell: () => void): { close(): void } | undefined {
  try {
    return watch(file, { persistent: false }, tell).on('error', () => {});
  } catch {
    return undefined;
  }
}
