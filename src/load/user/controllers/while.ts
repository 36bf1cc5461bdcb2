// While controller. Its condition is evaluated at the start and at the end of each passage, so twice in between two of them, as JMeter
// does: functions that count notice.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import type { Children } from './children.ts';
import { loopPassage } from './passages.ts';
import { type Controller, evaluated, type Walk, type Walker } from './walk.ts';

export class WhileController implements Controller {
  readonly kind = 'controller';
  readonly #name: string;
  readonly #children: Children;
  readonly #condition: CompiledTemplate;
  readonly #isFalse: (condition: string) => boolean;

  /** `isFalse`: of a condition that is neither empty nor `LAST`. */
  constructor(
    name: string,
    children: Children,
    condition: CompiledTemplate,
    isFalse: (condition: string) => boolean = (text) => text.toLowerCase() === 'false',
  ) {
    this.#name = name;
    this.#children = children;
    this.#condition = condition;
    this.#isFalse = isFalse;
  }

  *walk(walker: Walker): Walk {
    for (let index = 0; ; index++) {
      if (yield* this.#isOver(walker, 'start')) return;
      const passage = { name: this.#name, index, isFirst: index === 0 };
      if (!(yield* loopPassage(this.#children, walker, passage))) return;
      if (yield* this.#isOver(walker, 'end')) return;
    }
  }

  /** Empty: a failure ends it, but only at the end of a passage. `LAST`: also before the first one. */
  *#isOver(walker: Walker, where: 'start' | 'end'): Walk<boolean> {
    const condition = (yield* evaluated(this.#condition, walker)).trim();
    if (condition.toUpperCase() === 'LAST') return !walker.lastSampleOk;
    if (condition === '') return where === 'end' && !walker.lastSampleOk;
    return this.#isFalse(condition);
  }
}
