// The blocks of interleave and random controllers of which one user has done only a part: they stand until their turn comes again, or until
// the user ends.

import { HeldWalk } from './held-walk.ts';
import type { Controller, Walk, Walker } from './walk.ts';

export class StandingBlocks {
  readonly #walks = new Map<Controller, HeldWalk>();

  static of(walker: Walker): StandingBlocks {
    return walker.state(StandingBlocks, () => new StandingBlocks());
  }

  /** The next leaf of a block; one that had come to its end begins again in the same turn. False: there is nothing in it to do. */
  *next(block: Controller, walker: Walker): Walk<boolean> {
    if (yield* this.#goesOn(block)) return true;
    const begun = new HeldWalk(block.walk(walker));
    this.#walks.set(block, begun);
    return yield* begun.next();
  }

  /** The innermost first: what happens in them is told to those around them. */
  *end(): Walk {
    for (const walk of [...this.#walks.values()].reverse()) yield* walk.end();
    this.#walks.clear();
  }

  *#goesOn(block: Controller): Walk<boolean> {
    const standing = this.#walks.get(block);
    return standing !== undefined && (yield* standing.next());
  }
}
