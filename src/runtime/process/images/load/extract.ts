// Unpacks a tar archive, compressed or not, into a container's root; as a layer of an image its whiteouts remove what is below.

import { closeSync, createReadStream, openSync, readSync, utimesSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import type { RootWriter } from '../root-writer.ts';

export interface ExtractOptions {
  /** The folder in the root that the archive's paths count from. Default `/`. */
  below?: string;
  /** Take `.wh.` files as the marks that the layers of images have. Default false. */
  whiteouts?: boolean;
}

/** An archive that cannot be read; the message is one line. */
export class ArchiveError extends Error {
  override name = 'ArchiveError';
}

const whiteout = '.wh.';
const opaque = '.wh..wh..opq';
/** Enough for a compressed header. */
const headBytes = 4_096;

/** Devices, pipes and sockets are left out. Throws ArchiveError. */
export async function extract(file: string, writer: RootWriter, options: ExtractOptions = {}): Promise<void> {
  const target = new Extraction(writer, options);
  const parser = new Parser({ strict: true, maxMetaEntrySize: 1024 * 1024 });
  parser.on('entry', (entry: ReadEntry) => target.take(entry));
  const ended = new Promise<void>((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', reject);
  });
  ended.catch(() => {});
  try {
    await pipeline(plain(file), async (pieces) => {
      for await (const piece of pieces) {
        parser.write(piece as Buffer);
        target.check();
      }
      parser.end();
    });
    await ended;
    target.check();
  } catch (cause) {
    if (cause instanceof ArchiveError) throw cause;
    const why = (cause as Error).message;
    throw new ArchiveError(`${path.basename(file)} cannot be unpacked: ${why}`, { cause });
  }
}

/** What ADD unpacks: a tar archive by its content, whatever it is called. */
export function isArchive(file: string): boolean {
  const head = headOf(file, headBytes);
  return startOf(head).subarray(257, 262).toString('latin1') === 'ustar';
}

/** What the beginning of a file is, decompressed as far as it goes. */
function startOf(head: Buffer): Buffer {
  try {
    const compression = compressionOf(head);
    if (compression === 'gzip') return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
    const finishFlush = constants.ZSTD_e_flush;
    return compression === 'zstd' ? zstdDecompressSync(head, { finishFlush }) : head;
  } catch {
    return head;
  }
}

/** The first bytes, fewer where the file is shorter. */
function headOf(file: string, bytes: number): Buffer {
  const head = Buffer.alloc(bytes);
  const fd = openSync(file, 'r');
  try {
    return head.subarray(0, readSync(fd, head, 0, bytes, 0));
  } finally {
    closeSync(fd);
  }
}

function compressionOf(head: Buffer): 'gzip' | 'zstd' | undefined {
  if (head.subarray(0, 2).toString('hex') === '1f8b') return 'gzip';
  return head.subarray(0, 4).toString('hex') === '28b52ffd' ? 'zstd' : undefined;
}

function plain(file: string): Readable {
  const stream = createReadStream(file);
  const compression = compressionOf(headOf(file, 4));
  if (compression === undefined) return stream;
  const decompressed = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  stream.on('error', (error) => decompressed.destroy(error));
  return stream.pipe(decompressed);
}

/** Writes entry after entry, at once: the parser's next one comes when this one's data was taken. */
class Extraction {
  readonly #writer: RootWriter;
  readonly #below: string;
  readonly #whiteouts: boolean;
  /** Written by this archive: an opaque mark hides only what was there before. */
  readonly #own = new Set<string>();
  #failure: unknown;

  constructor(writer: RootWriter, { below = '/', whiteouts = false }: ExtractOptions) {
    this.#writer = writer;
    this.#below = below;
    this.#whiteouts = whiteouts;
  }

  /** Throws what went wrong in take(), which is called where nobody would hear it. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  take(entry: ReadEntry): void {
    try {
      if (this.#failure === undefined && this.#write(entry)) return;
    } catch (error) {
      this.#failure = error;
    }
    entry.resume();
  }

  /** True: the entry's data is being taken. */
  #write(entry: ReadEntry): boolean {
    const inside = path.posix.join(this.#below, path.posix.join('/', entry.path));
    const name = path.posix.basename(inside);
    if (this.#whiteouts && name.startsWith(whiteout)) {
      this.#hide(inside, name);
      return false;
    }
    this.#note(inside);
    return this.#make(entry, inside);
  }

  #make(entry: ReadEntry, inside: string): boolean {
    const { type, mode = 0o644, linkpath = '' } = entry;
    if (type === 'Directory' || type === 'GNUDumpDir') this.#folder(inside, mode);
    else if (type === 'SymbolicLink') this.#writer.symlink(inside, linkpath);
    else if (type === 'Link') this.#writer.link(inside, path.posix.join(this.#below, linkpath));
    else if (type === 'File' || type === 'OldFile' || type === 'ContiguousFile') {
      this.#file(entry, inside, mode);
      return true;
    }
    return false;
  }

  /** A link to a folder stays: layers name folders that a lower one has as a link. */
  #folder(inside: string, mode: number): void {
    const found = this.#writer.find(inside);
    if (found && !found.stat.isDirectory() && !found.stat.isSymbolicLink()) this.#writer.remove(inside);
    this.#writer.folder(inside, mode);
  }

  #file(entry: ReadEntry, inside: string, mode: number): void {
    const fd = this.#writer.open(inside, mode);
    const { place } = this.#writer.find(inside) ?? {};
    entry.on('data', (data) => this.#guarded(() => writeAll(fd, data as Buffer)));
    entry.on('end', () =>
      this.#guarded(() => {
        closeSync(fd);
        if (place !== undefined && entry.mtime) utimesSync(place, entry.mtime, entry.mtime);
      }),
    );
  }

  #hide(inside: string, name: string): void {
    const folder = path.posix.dirname(inside);
    if (name !== opaque) {
      this.#writer.remove(path.posix.join(folder, name.slice(whiteout.length)));
      return;
    }
    this.#writer.clear(folder, (below) => this.#own.has(below));
  }

  #note(inside: string): void {
    for (let here = inside; here !== '/' && !this.#own.has(here); here = path.posix.dirname(here)) {
      this.#own.add(here);
    }
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failure ??= error;
    }
  }
}

function writeAll(fd: number, data: Buffer): void {
  for (let at = 0; at < data.length; ) at += writeSync(fd, data, at);
}
