// Several templates together: constant when all are, and without a promise when none of them needs one.

import { type CompiledTemplate, compileTemplate } from '../../values/compile-template.ts';
import type { ValueContext } from '../../values/value-context.ts';

export class Texts {
  readonly #templates: readonly CompiledTemplate[];
  readonly isConstant: boolean;

  constructor(templates: readonly string[]) {
    this.#templates = templates.map(compileTemplate);
    this.isConstant = this.#templates.every((template) => template.isConstant);
  }

  /** In the same order. */
  evaluate(context: ValueContext): readonly string[] | Promise<readonly string[]> {
    const values = this.#templates.map((template) => template.evaluate(context));
    return values.every((value) => typeof value === 'string') ? values : Promise.all(values);
  }
}
