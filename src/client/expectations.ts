// What a controller has asked for and its informer has not shown yet. Until then it must not count: a slow informer would make it
// create or delete the same thing again (Kubernetes' ControllerExpectations).

import type { Clock } from '../base/clock.ts';

interface Expectation {
  creations: number;
  deletions: Set<string>;
  at: number;
}

/** After so long an expectation counts as met: what it waits for was lost, and looking again is better than waiting for ever. */
const expiryMs = 5 * 60_000;

export class Expectations {
  readonly #clock: Clock;
  readonly #expected = new Map<string, Expectation>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `key` is about to create so many. Set before the first request: its event may be quicker than its answer. */
  expectCreations(key: string, count: number): void {
    this.#expected.set(key, { creations: count, deletions: new Set(), at: this.#clock.monotonic() });
  }

  /** `key` is about to delete these. By uid, because a deletion may be seen twice: marked, then gone. */
  expectDeletions(key: string, uids: Iterable<string>): void {
    this.#expected.set(key, { creations: 0, deletions: new Set(uids), at: this.#clock.monotonic() });
  }

  /** One was seen, or will never be because creating it failed. */
  creationObserved(key: string, count = 1): void {
    const expected = this.#expected.get(key);
    if (expected) expected.creations -= count;
  }

  /** It was seen going, or deleting it failed. */
  deletionObserved(key: string, uid: string): void {
    this.#expected.get(key)?.deletions.delete(uid);
  }

  /** True when nothing is outstanding, or was for too long. */
  satisfied(key: string): boolean {
    const expected = this.#expected.get(key);
    if (!expected) return true;
    if (expected.creations <= 0 && expected.deletions.size === 0) return true;
    return this.#clock.monotonic() - expected.at > expiryMs;
  }

  /** The object of this key is gone. */
  forget(key: string): void {
    this.#expected.delete(key);
  }
}
