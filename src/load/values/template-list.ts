// Several templates together, evaluated again and again: at once where they can be, and only once where they never change.

import { type CompiledTemplate, compileTemplate } from './compile-template.ts';
import type { Soon } from './functions/function.ts';
import type { ValueContext } from './value-context.ts';

export class TemplateList {
  readonly #templates: readonly CompiledTemplate[];
  readonly isConstant: boolean;
  #constant: readonly string[] | undefined;

  constructor(texts: readonly string[]) {
    this.#templates = texts.map((text) => compileTemplate(text));
    this.isConstant = this.#templates.every((template) => template.isConstant);
  }

  /** What `use` makes of their values; a promise only when one of them is. */
  with<Result>(context: ValueContext, use: (values: readonly string[]) => Result): Soon<Result> {
    if (this.#constant !== undefined) return use(this.#constant);
    const values = this.#templates.map((template) => template.evaluate(context));
    if (!values.every((value) => typeof value === 'string')) return Promise.all(values).then(use);
    if (this.isConstant) this.#constant = values;
    return use(values);
  }
}
