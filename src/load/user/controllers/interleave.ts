// Interleave controller: one of its steps in each passage, in turn. When it ignores the blocks below it, it takes one request out of such a
// block, and the block's next one when its turn comes again.

import { type Children, walkNode } from './children.ts';
import { type Controller, oneLeaf, type Walk, type Walker } from './walk.ts';

interface Turns {
  next: number;
  /** Blocks of which only a part was done, by their place. */
  readonly standing: Map<number, Walk>;
}

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
    const turns = walker.state<Turns>(this, () => ({
      next: this.#acrossUsers ? walker.index % length : 0,
      standing: new Map(),
    }));
    yield* this.#children.begin(walker);
    for (let tried = 0; tried < length; tried++) {
      const place = turns.next % length;
      turns.next = place + 1;
      if (yield* takeTurn(this.#children, place, walker, this.#ignoreSubControllers && turns.standing))
        return;
    }
  }
}

/**
 * Does the step at a place, or (with `standing`) the next request of it; false: there was nothing in it to do.
 */
export function* takeTurn(
  { nodes }: Children,
  place: number,
  walker: Walker,
  standing: Map<number, Walk> | false,
): Walk<boolean> {
  const node = nodes[place];
  if (node === undefined) return false;
  if (!standing || node.kind === 'leaf') {
    const before = walker.leaves;
    yield* walkNode(node, walker);
    return walker.leaves > before;
  }
  const standingWalk = standing.get(place);
  if (standingWalk && (yield* oneLeaf(standingWalk))) return true;
  // It had come to its end: it begins again in the same turn.
  const begun = node.walk(walker);
  standing.set(place, begun);
  return yield* oneLeaf(begun);
}
