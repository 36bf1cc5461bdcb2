// The steps below a controller or a group, and what happens before each passage through them: rows, counters, decisions.

import type { Controller, Node, Walk, Walker } from './walk.ts';

/** Rows, counters, parameters. */
export interface PassageWork {
  next(walker: Walker): Walk;
}

export class Children {
  readonly nodes: readonly Node[];
  readonly #each: readonly PassageWork[];
  readonly #told: readonly Controller[];

  /** `each`: done before each passage, in this order. */
  constructor(nodes: readonly Node[], each: readonly PassageWork[] = []) {
    this.nodes = nodes;
    this.#each = each;
    this.#told = nodes.filter((node) => node.kind === 'controller').filter((node) => node.around);
  }

  /** JMeter's iteration event. `isFirst`: of the passages of a loop. */
  *begin(walker: Walker, isFirst = false): Walk {
    for (const work of this.#each) yield* work.next(walker);
    for (const controller of this.#told) {
      const told = controller.around?.(walker, isFirst);
      if (told) yield* told;
    }
  }

  /** One passage: all of them in order. */
  *pass(walker: Walker, isFirst = false): Walk {
    yield* this.begin(walker, isFirst);
    for (const node of this.nodes) yield* walkNode(node, walker);
  }
}

export function* walkNode(node: Node, walker: Walker): Walk {
  if (node.kind === 'leaf') yield node;
  else yield* node.walk(walker);
}
