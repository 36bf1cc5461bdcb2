// A walk that is left standing between its leaves. As long as it stands it is in what it has entered, a lock or a transaction: who holds one
// ends it.

import type { Walk, Work } from './walk.ts';

export class HeldWalk {
  readonly #walk: Walk;

  constructor(walk: Walk) {
    this.#walk = walk;
  }

  /** Carries it on by one leaf and leaves it standing there; false: it was over. An exception that comes meanwhile goes on into it. */
  *next(): Walk<boolean> {
    return yield* this.#carryOn(this.#walk.next());
  }

  /** Goes no further: it leaves what it is in. Nothing happens where it is over. */
  *end(): Walk {
    yield* this.#carryOn(this.#walk.return());
  }

  *#carryOn(from: IteratorResult<Work, void>): Walk<boolean> {
    let result = from;
    while (!result.done) {
      const work = result.value;
      let value: unknown;
      try {
        value = yield work;
      } catch (error) {
        result = this.#walk.throw(error);
        continue;
      }
      if (!(work instanceof Promise)) return true;
      result = this.#walk.next(value);
    }
    return false;
  }
}

/** A walk as far as it may go. `mayGoOn` is asked after each leaf. */
export function* walkWhile(walk: Walk, mayGoOn: () => boolean | Walk<boolean>): Walk {
  const held = new HeldWalk(walk);
  try {
    while (yield* held.next()) {
      const may = mayGoOn();
      if (!(typeof may === 'boolean' ? may : yield* may)) return;
    }
  } finally {
    yield* held.end();
  }
}
