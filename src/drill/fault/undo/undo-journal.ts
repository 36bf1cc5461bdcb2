// What a run of a drill has to take back, on disk before it is done: whoever finds it there can make good what the run could not.
// One file per run; it is there as long as something is to be taken back.

import { closeSync, fsyncSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../../base/make-folder.ts';
import { processIdentity } from '../../../base/process-identity.ts';
import { replaceFile } from '../../../base/replace-file.ts';
import { type Told, ToldError, told } from '../../told.ts';
import type { UndoStep } from '../undo.ts';

/** As it is on disk. */
export interface JournalRecord {
  readonly version: 1;
  /** Which cluster it is about; see worldName(). Empty: not known. */
  readonly world: string;
  readonly runner: ProcessMark;
  /** Who makes it good when the runner has died. */
  readonly guard?: ProcessMark;
  readonly entries: readonly JournalEntry[];
}

export interface JournalEntry {
  /** Of the run's own choice: which fault it is of. */
  readonly key: string;
  readonly steps: readonly UndoStep[];
}

export interface ProcessMark {
  readonly pid: number;
  readonly identity: string;
}

const ending = '.undo.json';

export class UndoJournal {
  readonly file: string;
  #record: JournalRecord;

  private constructor(file: string, record: JournalRecord) {
    this.file = file;
    this.#record = record;
  }

  /** Nothing is written yet but the folder. `run`: of [A-Za-z0-9._-]. Throws, in one line, when the folder cannot be written. */
  static open(folder: string, run: string, world: string): UndoJournal {
    makeFolder(folder);
    const file = path.join(folder, `${run}${ending}`);
    return new UndoJournal(file, { version: 1, world, runner: markOf(process.pid), entries: [] });
  }

  /** One that was left behind. Throws when it is damaged or gone. */
  static read(file: string): UndoJournal {
    const record: Partial<JournalRecord> = JSON.parse(readFileSync(file, 'utf8'));
    if (record.version !== 1 || !Array.isArray(record.entries) || !record.runner)
      throw new ToldError(noJournal(file));
    return new UndoJournal(file, record as JournalRecord);
  }

  static isJournal(name: string): boolean {
    return name.endsWith(ending);
  }

  get world(): string {
    return this.#record.world;
  }

  get entries(): readonly JournalEntry[] {
    return this.#record.entries;
  }

  /** Of all entries, the last first: the order in which things are taken back. */
  get steps(): readonly UndoStep[] {
    return this.entries.toReversed().flatMap(({ steps }) => steps);
  }

  /** Whether the run that wrote it goes on. */
  get runnerLives(): boolean {
    return isAlive(this.#record.runner);
  }

  get guardLives(): boolean {
    return this.#record.guard !== undefined && isAlive(this.#record.guard);
  }

  setGuard(pid: number): void {
    this.#write({ ...this.#record, guard: markOf(pid) });
  }

  /** On disk for good when it returns. Without steps nothing is written. Throws when it cannot be written: nothing may be done then. */
  add(key: string, steps: readonly UndoStep[]): void {
    if (steps.length === 0) return;
    this.#write({ ...this.#record, entries: [...this.entries, { key, steps }] });
  }

  /** The file goes with the last one. Idempotent. */
  done(key: string): void {
    const entries = this.entries.filter((entry) => entry.key !== key);
    if (entries.length < this.entries.length) this.#write({ ...this.#record, entries });
  }

  #write(record: JournalRecord): void {
    if (record.entries.length === 0) rmSync(this.file, { force: true });
    else replaceFile(this.file, `${JSON.stringify(record, null, 2)}\n`, 0o600);
    syncFolder(path.dirname(this.file));
    this.#record = record;
  }
}

function noJournal(file: string): Told {
  return told(`${file} is no journal of a drill`, `${file} no es el diario de un simulacro`);
}

function markOf(pid: number): ProcessMark {
  return { pid, identity: processIdentity(pid) ?? '' };
}

function isAlive({ pid, identity }: ProcessMark): boolean {
  return identity !== '' && processIdentity(pid) === identity;
}

/** The name of a new file is safe only when its folder is (fsync(2)). */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
