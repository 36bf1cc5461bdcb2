// Simple controller: its steps in order.

import type { Children } from './children.ts';
import type { Controller, Walk, Walker } from './walk.ts';

export class SimpleController implements Controller {
  readonly kind = 'controller';
  readonly #children: Children;

  constructor(children: Children) {
    this.#children = children;
  }

  walk(walker: Walker): Walk {
    return this.#children.pass(walker);
  }
}
