// Reads whole lines of a log that grows and is put aside by renaming, from a place in it on. What is put aside is read on for a while: its
// writers learn of it with their next lines.

import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { machineTime } from '../../base/machine-time.ts';

interface Piece {
  readonly handle: FileHandle;
  readonly inode: number;
  offset: number;
  /** The beginning of a line whose end is not there yet. */
  rest: Buffer;
  /** Up to the first line end nothing counts: it is the rest of a line that began before. */
  isTorn: boolean;
  /** machineTime() of the last byte. */
  grewAt: number;
}

const chunkBytes = 256 * 1_024;
const lineFeed = 0x0a;
/** Writers flush what they have within 200 ms; a busy disk or machine may take longer. */
const restMs = 10_000;

export class GrowingLog {
  readonly #file: string;
  readonly #onLine: (line: string) => void;
  #pieces: Piece[] = [];

  constructor(file: string, onLine: (line: string) => void) {
    this.#file = file;
    this.#onLine = onLine;
  }

  /** From the end that the log has now; from its beginning where there is none yet. Rejects when it is there and may not be read. */
  async start(): Promise<void> {
    const piece = await this.#open(this.#file);
    if (!piece) return;
    const { size } = await piece.handle.stat();
    const before = Buffer.alloc(1);
    if (size > 0) await piece.handle.read(before, 0, 1, size - 1);
    piece.offset = size;
    piece.isTorn = size > 0 && before[0] !== lineFeed;
    this.#pieces.push(piece);
  }

  /** Reads what has come. Resolves with how many lines that were. One at a time. */
  async read(): Promise<number> {
    const before = this.#pieces;
    await this.#followRenaming();
    let lines = 0;
    for (const piece of this.#pieces) lines += await this.#readPiece(piece);
    if (before.length > 1 || this.#pieces.length > 1) await this.#dropOld();
    return lines;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await Promise.all(this.#pieces.splice(0).map(({ handle }) => handle.close().catch(() => {})));
  }

  async #open(file: string): Promise<Piece | undefined> {
    try {
      const handle = await open(file, 'r');
      const { ino } = await handle.stat();
      return { handle, inode: ino, offset: 0, rest: Buffer.alloc(0), isTorn: false, grewAt: machineTime() };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #followRenaming(): Promise<void> {
    const last = this.#pieces.at(-1);
    const named = await stat(this.#file).catch(() => undefined);
    if (!named || named.ino === last?.inode) return;
    // More than one may have been put aside since the last look.
    if (last) await this.#openBetween(last.inode);
    const piece = await this.#open(this.#file);
    if (piece && this.#pieces.every(({ inode }) => inode !== piece.inode)) this.#pieces.push(piece);
    else await piece?.handle.close();
  }

  /** Those of NAME.1, NAME.2 … (the latest has the highest number) that are younger than the one with this inode. */
  async #openBetween(inode: number): Promise<void> {
    const begin = `${path.basename(this.#file)}.`;
    const folder = path.dirname(this.#file);
    const numbers = (await readdir(folder))
      .filter((name) => name.startsWith(begin) && /^\d+$/.test(name.slice(begin.length)))
      .map((name) => Number(name.slice(begin.length)))
      .sort((a, b) => a - b);
    let isYounger = false;
    for (const number of numbers) {
      const piece = await this.#open(path.join(folder, `${begin}${number}`));
      if (!piece) continue;
      if (isYounger) this.#pieces.push(piece);
      else await piece.handle.close();
      isYounger ||= piece.inode === inode;
    }
  }

  async #readPiece(piece: Piece): Promise<number> {
    let lines = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const { bytesRead } = await piece.handle.read(chunk, 0, chunkBytes, piece.offset);
      if (bytesRead === 0) return lines;
      piece.offset += bytesRead;
      piece.grewAt = machineTime();
      lines += this.#take(piece, chunk.subarray(0, bytesRead));
    }
  }

  #take(piece: Piece, chunk: Buffer): number {
    const bytes = piece.rest.length === 0 ? chunk : Buffer.concat([piece.rest, chunk]);
    let from = 0;
    let lines = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
      if (piece.isTorn) piece.isTorn = false;
      else if (end > from) {
        this.#onLine(bytes.toString('utf8', from, end));
        lines++;
      }
      from = end + 1;
    }
    piece.rest = Buffer.from(bytes.subarray(from));
    return lines;
  }

  async #dropOld(): Promise<void> {
    const now = machineTime();
    const last = this.#pieces.at(-1);
    const over = this.#pieces.filter((piece) => piece !== last && now - piece.grewAt > restMs);
    if (over.length === 0) return;
    this.#pieces = this.#pieces.filter((piece) => !over.includes(piece));
    await Promise.all(over.map(({ handle }) => handle.close().catch(() => {})));
  }
}
