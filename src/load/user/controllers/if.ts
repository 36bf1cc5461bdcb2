// If controller: its condition is evaluated once, or before each request in it.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import type { Children } from './children.ts';
import { walkWhile } from './held-walk.ts';
import { type Controller, evaluated, type Walk, type Walker } from './walk.ts';

export class IfController implements Controller {
  readonly kind = 'controller';
  readonly #children: Children;
  readonly #condition: CompiledTemplate;
  readonly #holds: (condition: string) => boolean;
  readonly #evaluateForEach: boolean;

  /** `holds`: of the condition with its variables put in. */
  constructor(
    children: Children,
    condition: CompiledTemplate,
    holds: (condition: string) => boolean,
    evaluateForEach: boolean,
  ) {
    this.#children = children;
    this.#condition = condition;
    this.#holds = holds;
    this.#evaluateForEach = evaluateForEach;
  }

  *walk(walker: Walker): Walk {
    if (!(yield* this.#isTrue(walker))) return;
    const inside = this.#children.pass(walker);
    yield* this.#evaluateForEach ? walkWhile(inside, () => this.#isTrue(walker)) : inside;
  }

  *#isTrue(walker: Walker): Walk<boolean> {
    return this.#holds((yield* evaluated(this.#condition, walker)).trim());
  }
}
