// Every object that any client was shown, by its resourceVersion: the same number must never stand for two things.

import assert from 'node:assert/strict';
import type { AnyObject } from '../../../src/api/object.ts';

export class RevisionLedger {
  readonly #shown = new Map<number, AnyObject>();
  #newest = 0;

  /** The greatest that was ever seen. */
  get newest(): number {
    return this.#newest;
  }

  /** Of an answer, an item of a list, or an event. */
  saw(object: AnyObject): void {
    const revision = Number(object.metadata.resourceVersion);
    const before = this.#shown.get(revision);
    if (before) assert.deepEqual(object, before, `two things have the revision ${revision}`);
    else this.#shown.set(revision, object);
    this.reached(revision);
  }

  /** Of a list as a whole, or a bookmark. */
  reached(revision: number): void {
    assert.ok(Number.isSafeInteger(revision) && revision > 0, `${revision} is no revision`);
    this.#newest = Math.max(this.#newest, revision);
  }
}
