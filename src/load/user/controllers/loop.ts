// Loop controller. The count is evaluated each time the loop is entered; one below 0 is without end, one that is no number is none.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import type { Children } from './children.ts';
import { loopPassage } from './passages.ts';
import { type Controller, evaluated, type Walk, type Walker } from './walk.ts';

export class LoopController implements Controller {
  readonly kind = 'controller';
  readonly #name: string;
  readonly #children: Children;
  readonly #count: CompiledTemplate | undefined;

  /** Without `count`: for ever. */
  constructor(name: string, children: Children, count: CompiledTemplate | undefined) {
    this.#name = name;
    this.#children = children;
    this.#count = count;
  }

  *walk(walker: Walker): Walk {
    const count = this.#count ? Math.trunc(Number(yield* evaluated(this.#count, walker)) || 0) : -1;
    for (let index = 0; count < 0 || index < count; index++) {
      const passage = { name: this.#name, index, isFirst: index === 0 };
      if (!(yield* loopPassage(this.#children, walker, passage))) return;
    }
  }
}
