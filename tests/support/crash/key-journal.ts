// What the only writer of a key knows: which states it was brought to, in order, and whether there is a write that nobody answered.

import assert from 'node:assert/strict';
import type { State } from './stamped-kind.ts';

export interface Progress {
  readonly acknowledged: number;
  readonly sent: number;
}

export class KeyJournal {
  readonly #key: string;
  /** From the first write on; what was there before it was nothing. */
  #history: State[] = [];
  #begun: State | undefined;

  constructor(key: string) {
    this.#key = key;
  }

  get history(): readonly State[] {
    return this.#history;
  }

  /** The last state that was acknowledged, or found. */
  get current(): State {
    return this.#history.at(-1) ?? null;
  }

  /** How many writes have been acknowledged, and how many have been sent. */
  get progress(): Progress {
    const acknowledged = this.#history.length;
    return { acknowledged, sent: acknowledged + (this.#begun === undefined ? 0 : 1) };
  }

  begin(state: State): void {
    this.#begun = state;
  }

  acknowledged(): void {
    assert.notEqual(this.#begun, undefined);
    this.#history.push(this.#begun as State);
    this.#begun = undefined;
  }

  /** After a crash: what is found is the last acknowledged state, or that of the unanswered write. */
  settle(found: State): void {
    if (this.#begun !== undefined && found === this.#begun) this.acknowledged();
    this.#begun = undefined;
    assert.equal(found, this.current, `${this.#key} is not as it was acknowledged`);
  }

  /** After a snapshot was restored that was begun and complete with so much progress: what is found is a state from between the two. */
  rewind(found: State, begun: Progress, complete: Progress): void {
    // The last write may never have been answered.
    const unanswered = this.#begun === undefined ? [] : [this.#begun];
    const all = [null, ...this.#history, ...unanswered];
    const possible = all.slice(begun.acknowledged, complete.sent + 1);
    assert.ok(possible.includes(found), `${this.#key} is at ${found}; the snapshot can have ${possible}`);
    this.#history = found === null ? [] : [found];
    this.#begun = undefined;
  }
}
