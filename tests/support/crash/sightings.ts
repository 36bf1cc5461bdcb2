// The states of each key as a watcher sees them go by, to be compared with what the writers know.

import assert from 'node:assert/strict';
import type { KeyJournal } from './key-journal.ts';
import type { State } from './stamped-kind.ts';

export class Sightings {
  readonly #states = new Map<string, State[]>();

  /** What controllers change beside the token makes no new state. */
  saw(key: string, state: State): void {
    const states = this.#states.get(key) ?? [];
    if (states.length === 0 || states.at(-1) !== state) states.push(state);
    this.#states.set(key, states);
  }

  /** Every change once and in order, and nothing that no client sent. */
  assertComplete(journals: ReadonlyMap<string, KeyJournal>, who: string): void {
    for (const [key, { history }] of journals) {
      assert.deepEqual(this.#states.get(key) ?? [], history, `${who} did not see the changes of ${key}`);
    }
  }

  /** Begins anew with what the writers take for the beginning. */
  restart(journals: ReadonlyMap<string, KeyJournal>): void {
    this.#states.clear();
    for (const [key, { history }] of journals) this.#states.set(key, [...history]);
  }
}
