// Runtime controller: its steps again and again until a time is over. A request under way then ends; no further one begins.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import type { Children } from './children.ts';
import { walkWhile } from './held-walk.ts';
import { breath, type Controller, evaluated, type Walk, type Walker } from './walk.ts';

export class RuntimeController implements Controller {
  readonly kind = 'controller';
  readonly #children: Children;
  readonly #ms: CompiledTemplate;

  /** A time that is no number is none. */
  constructor(children: Children, ms: CompiledTemplate) {
    this.#children = children;
    this.#ms = ms;
  }

  *walk(walker: Walker): Walk {
    const endsAt = walker.now() + (Number(yield* evaluated(this.#ms, walker)) || 0);
    const hasTime = () => walker.now() < endsAt;
    while (hasTime()) {
      const before = walker.leaves;
      yield* walkWhile(this.#children.pass(walker), hasTime);
      if (walker.leaves === before) yield breath();
    }
  }
}
