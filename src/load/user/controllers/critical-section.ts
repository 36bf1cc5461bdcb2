// Critical section controller: its steps while no other user of the run is in a section with the same lock.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import type { Children } from './children.ts';
import { type Controller, evaluated, type Walk, type Walker } from './walk.ts';

export class CriticalSectionController implements Controller {
  readonly kind = 'controller';
  readonly #children: Children;
  readonly #lock: CompiledTemplate;

  /** `lock`: its name; one that is empty locks nothing, as with JMeter. */
  constructor(children: Children, lock: CompiledTemplate) {
    this.#children = children;
    this.#lock = lock;
  }

  *walk(walker: Walker): Walk {
    const name = yield* evaluated(this.#lock, walker);
    if (name === '') {
      yield* this.#children.pass(walker);
      return;
    }
    try {
      const soon = walker.enter(name);
      if (soon) yield soon;
      yield* this.#children.pass(walker);
    } finally {
      walker.leave(name);
    }
  }
}
