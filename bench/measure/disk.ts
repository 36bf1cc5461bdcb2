// What syncing costs: how often a second this disk can, and how often a process did.

import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';

const pageBytes = 4096;
const pages = 1024;

/**
 * How often a second 4 KiB can be written to a file in `dir` and synced, one after the other. Takes about `forMs`. The file does not grow
 * meanwhile, as a database's log does not either.
 */
export function syncsPerSecond(dir: string, forMs = 500): number {
  const file = openSync(path.join(dir, 'syncs'), 'w');
  writeSync(file, Buffer.alloc(pages * pageBytes, 1));
  const page = Buffer.alloc(pageBytes, 2);
  const began = performance.now();
  let count = 0;
  for (; performance.now() - began < forMs; count++) {
    writeSync(file, page, 0, pageBytes, (count % pages) * pageBytes);
    fdatasyncSync(file);
  }
  const elapsedMs = performance.now() - began;
  closeSync(file);
  return (count / elapsedMs) * 1000;
}

/** Counts the syncs of a process from its start on, with strace and a seccomp filter: no other system call is slowed down. */
export class SyncCounter {
  readonly #file: string;

  constructor(dir: string) {
    this.#file = path.join(dir, 'syncs.strace');
  }

  /** What the process has to be started under. */
  get under(): readonly string[] {
    const calls = 'trace=fsync,fdatasync,sync_file_range,msync';
    return [
      'strace',
      '--follow-forks',
      '--seccomp-bpf',
      '-qqq',
      '-e',
      calls,
      '-e',
      'signal=none',
      '-o',
      this.#file,
    ];
  }

  /** So far. */
  count(): number {
    if (!existsSync(this.#file)) return 0;
    // A call that another thread interrupts is written as two lines; the second says "resumed".
    const lines = readFileSync(this.#file, 'utf8').split('\n');
    return lines.filter((line) => /\b(f(data)?sync|sync_file_range|msync)\(/.test(line)).length;
  }
}
