// Once only controller: in the first passage of the loop it stands in, elsewhere once for each user.

import type { Children } from './children.ts';
import type { Controller, Walk, Walker } from './walk.ts';

export class OnceController implements Controller {
  readonly kind = 'controller';
  readonly #children: Children;

  constructor(children: Children) {
    this.#children = children;
  }

  around(walker: Walker, isFirst: boolean): undefined {
    if (isFirst) walker.forget(this);
  }

  /** One that was interrupted has not been: a login that failed is tried again in the next iteration. */
  *walk(walker: Walker): Walk {
    const state = walker.state(this, () => ({ isDone: false }));
    if (state.isDone) return;
    yield* this.#children.pass(walker);
    state.isDone = true;
  }
}
