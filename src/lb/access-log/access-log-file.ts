// Appends lines to a file, together with other threads and processes that do the same: O_APPEND, whole lines, one write at a time. It never
// holds traffic up: what the disk does not take is dropped and counted.

import { type FileHandle, open, stat } from 'node:fs/promises';

/** Written when so much has come together, or after so long. */
const flushBytes = 65_536;
const flushMs = 200;
/** What may wait for a slow disk. */
const mostWaiting = 4_194_304;

const lineFeed = 0x0a;

export interface AccessLogFileOptions {
  /** Opened with the first lines, created if need be; when it was renamed or removed, opened anew within flushMs of the next line. */
  readonly file: string;
}

export class AccessLogFile {
  readonly #file: string;
  #lines: string[] = [];
  #waiting = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #handle: FileHandle | undefined;
  #torn = false;
  #closed = false;

  constructor(options: AccessLogFileOptions) {
    this.#file = options.file;
  }

  /** `line` without a newline; a control character in it is the caller's fault. After close() it is dropped. */
  append(line: string): void {
    if (this.#closed || this.#waiting > mostWaiting) {
      this.#dropped += 1;
      return;
    }
    this.#lines.push(line);
    this.#waiting += line.length + 1;
    if (this.#waiting >= flushBytes) this.#flush();
    else this.#flushLater();
  }

  /** Lines that were not written. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Writes what is left and frees the file. Idempotent; never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
    this.#flush();
    await this.#flushing;
    await this.#release();
  }

  /** One at a time: what comes during one is taken by the next. */
  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#flushing !== undefined || this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = [];
    this.#waiting = 0;
    this.#flushing = this.#write(lines).finally(() => {
      this.#flushing = undefined;
      if (this.#waiting >= flushBytes) this.#flush();
      else if (this.#lines.length > 0) this.#flushLater();
    });
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => this.#flush(), flushMs).unref();
  }

  /** Never rejects: what could not be written is dropped. */
  async #write(lines: readonly string[]): Promise<void> {
    let handle: FileHandle;
    try {
      handle = await this.#current();
    } catch {
      this.#dropped += lines.length;
      return;
    }
    // After a line of which only a part was taken, the next one begins on a line of its own.
    const before = this.#torn ? '\n' : '';
    const bytes = Buffer.from(`${before}${lines.join('\n')}\n`);
    const written = await writeAll(handle, bytes);
    if (written > 0) this.#torn = bytes[written - 1] !== lineFeed;
    const missing = countLineFeeds(bytes.subarray(written));
    this.#dropped += Math.min(missing, lines.length);
  }

  /** The file that has the name now: logrotate renames it and goes on. */
  async #current(): Promise<FileHandle> {
    if (this.#handle !== undefined && !(await this.#stillNamed(this.#handle))) await this.#release();
    this.#handle ??= await open(this.#file, 'a', 0o640);
    return this.#handle;
  }

  async #stillNamed(handle: FileHandle): Promise<boolean> {
    const [named, held] = await Promise.all([stat(this.#file).catch(() => undefined), handle.stat()]);
    return named !== undefined && named.ino === held.ino && named.dev === held.dev;
  }

  async #release(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#torn = false;
    // It was written before; an error of closing changes nothing that anybody could do.
    await handle?.close().catch(() => {});
  }
}

/** How much was written: less than all of it where the disk is full or broken. */
async function writeAll(handle: FileHandle, bytes: Buffer): Promise<number> {
  let written = 0;
  try {
    while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten;
  } catch {
    // Told by the number; it is counted, and tried again with the next lines.
  }
  return written;
}

function countLineFeeds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count += 1;
  return count;
}
