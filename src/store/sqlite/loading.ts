// Turns the rows of a database back into the state they record: the objects at the start of history, then every change since.

import type { Loaded } from '../state.ts';
import { Change, Version } from '../version.ts';
import { corruptError } from './errors.ts';
import { type Cell, cellsPerRow } from './schema.ts';

export class Loading {
  readonly #file: string;
  readonly #live = new Map<string, Version>();
  readonly #changes: Change[] = [];
  readonly #nowMs: number;
  #compacted = 0;

  /** `file` is named in errors; `nowMs` is taken as the time of the kept changes, whose own is not recorded. */
  constructor(file: string, nowMs: number) {
    this.#file = file;
    this.#nowMs = nowMs;
  }

  begin(compacted: number): void {
    this.#compacted = compacted;
  }

  /** Rows in order of revision, as flat cells. Throws StoreFileError (corrupt) when one does not continue those before. */
  add(cells: readonly Cell[]): void {
    for (let i = 0; i < cells.length; i += cellsPerRow) {
      const [revision, createRevision] = [cells[i] as number, cells[i + 2] as number];
      const key = cells[i + 1] as string;
      const version = new Version(key, revision, createRevision, cells[i + 4] as string);
      this.#apply(version, cells[i + 3] === 1);
    }
  }

  finish(revision: number): Loaded {
    return { live: this.#live, changes: this.#changes, revision, compacted: this.#compacted };
  }

  #apply(version: Version, deleted: boolean): void {
    const previous = this.#live.get(version.key);
    if (deleted) this.#live.delete(version.key);
    else this.#live.set(version.key, version);
    if (version.revision <= this.#compacted) return;
    this.#checkChain(version, previous, deleted);
    previous?.supersede();
    if (deleted) version.supersede();
    const change = new Change(deleted ? 'delete' : 'put', version, previous);
    change.committedAtMs = this.#nowMs;
    this.#changes.push(change);
  }

  /** The version before a change is always kept with it, so a gap is a lost row. */
  #checkChain(version: Version, previous: Version | undefined, deleted: boolean): void {
    const { key, revision, createRevision } = version;
    const created = createRevision === revision && !deleted;
    if (created ? previous === undefined : previous?.createRevision === createRevision) return;
    throw corruptError(this.#file, `revision ${revision} of ${key} does not continue the one before`);
  }
}
