// Interleave controller: one of its steps in each passage, in turn. When it ignores the blocks below it, it takes one request out of such a
// block, and the block's next one when its turn comes again.

import { type Children, walkNode } from './children.ts';
import { StandingBlocks } from './standing-blocks.ts';
import type { Controller, Walk, Walker } from './walk.ts';

export class InterleaveController implements Controller {
  readonly kind = 'controller';
  readonly #children: Children;
  readonly #ignoreSubControllers: boolean;
  readonly #acrossUsers: boolean;

  constructor(
    children: Children,
    { ignoreSubControllers, acrossUsers }: { ignoreSubControllers: boolean; acrossUsers: boolean },
  ) {
    this.#children = children;
    this.#ignoreSubControllers = ignoreSubControllers;
    this.#acrossUsers = acrossUsers;
  }

  *walk(walker: Walker): Walk {
    const { length } = this.#children.nodes;
    if (length === 0) return;
    const turns = walker.state(this, () => ({ next: this.#acrossUsers ? walker.index % length : 0 }));
    yield* this.#children.begin(walker);
    for (let tried = 0; tried < length; tried++) {
      const place = turns.next % length;
      turns.next = place + 1;
      if (yield* takeTurn(this.#children, place, walker, this.#ignoreSubControllers)) return;
    }
  }
}

/** Does the step at a place, or (`onlyOne`) the next request of it; false: there was nothing in it to do. */
export function* takeTurn(
  { nodes }: Children,
  place: number,
  walker: Walker,
  onlyOne: boolean,
): Walk<boolean> {
  const node = nodes[place];
  if (node === undefined) return false;
  if (onlyOne && node.kind === 'controller') return yield* StandingBlocks.of(walker).next(node, walker);
  const before = walker.leaves;
  yield* walkNode(node, walker);
  return walker.leaves > before;
}
