// Random controller: one of its steps in each passage, any of them; like interleave otherwise. A step in which there is nothing to do is
// passed over for another one.

import type { Children } from './children.ts';
import { takeTurn } from './interleave.ts';
import type { Controller, Walk, Walker } from './walk.ts';

export class RandomController implements Controller {
  readonly kind = 'controller';
  readonly #children: Children;
  readonly #ignoreSubControllers: boolean;

  constructor(children: Children, ignoreSubControllers: boolean) {
    this.#children = children;
    this.#ignoreSubControllers = ignoreSubControllers;
  }

  *walk(walker: Walker): Walk {
    yield* this.#children.begin(walker);
    const untried = this.#children.nodes.map((_, place) => place);
    while (untried.length > 0) {
      const chosen = Math.floor(walker.context.random() * untried.length);
      const [place] = untried.splice(chosen, 1) as [number];
      if (yield* takeTurn(this.#children, place, walker, this.#ignoreSubControllers)) return;
    }
  }
}
