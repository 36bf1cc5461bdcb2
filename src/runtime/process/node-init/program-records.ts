// The records of a node's programs on disk: what survives node-init. Written aside and renamed; not synced, since a machine that lost its
// power has no programs to account for.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ProgramRecord } from './messages.ts';

export class ProgramRecords {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Damaged ones are left out. */
  read(): ProgramRecord[] {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => this.#parsed(path.join(this.#folder, name)) ?? []);
  }

  write(record: ProgramRecord): void {
    const file = this.#file(record.order.id);
    writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  /** Idempotent. */
  remove(id: string): void {
    rmSync(this.#file(id), { force: true });
  }

  #file(id: string): string {
    return path.join(this.#folder, `${id}.json`);
  }

  #parsed(file: string): ProgramRecord | undefined {
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      return undefined;
    }
  }
}
