// Random order controller: all of its steps in each passage, in any order.

import { type Children, walkNode } from './children.ts';
import type { Controller, Node, Walk, Walker } from './walk.ts';

export class RandomOrderController implements Controller {
  readonly kind = 'controller';
  readonly #children: Children;

  constructor(children: Children) {
    this.#children = children;
  }

  *walk(walker: Walker): Walk {
    yield* this.#children.begin(walker);
    for (const node of shuffled(this.#children.nodes, () => walker.context.random())) {
      yield* walkNode(node, walker);
    }
  }
}

/** Fisher and Yates: all orders are equally likely. */
function shuffled(nodes: readonly Node[], random: () => number): Node[] {
  const result = [...nodes];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other] as Node, result[last] as Node];
  }
  return result;
}
