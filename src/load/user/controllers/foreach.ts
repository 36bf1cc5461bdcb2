// ForEach controller: once for each of the variables NAME_1, NAME_2, … (or NAME1, …), up to the first that is not there.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import type { Children } from './children.ts';
import { loopPassage } from './passages.ts';
import { type Controller, evaluated, type Walk, type Walker } from './walk.ts';

export interface ForeachTerms {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  readonly separator: boolean;
  /** Number before the first, and of the last. */
  readonly from: CompiledTemplate | undefined;
  readonly to: CompiledTemplate | undefined;
}

export class ForeachController implements Controller {
  readonly kind = 'controller';
  readonly #children: Children;
  readonly #terms: ForeachTerms;

  constructor(children: Children, terms: ForeachTerms) {
    this.#children = children;
    this.#terms = terms;
  }

  *walk(walker: Walker): Walk {
    const { name, input, output, separator, from, to } = this.#terms;
    const first = from ? yield* number(from, walker, 0) : 0;
    const last = to ? yield* number(to, walker, Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    const { variables } = walker.context;
    for (let index = first; index < last; index++) {
      const value = variables.get(`${input}${separator ? '_' : ''}${index + 1}`);
      if (value === undefined) return;
      variables.set(output, value);
      if (!(yield* loopPassage(this.#children, walker, { name, index, isFirst: false }))) return;
    }
  }
}

function* number(template: CompiledTemplate, walker: Walker, otherwise: number): Walk<number> {
  const text = (yield* evaluated(template, walker)).trim();
  return text === '' || Number.isNaN(Number(text)) ? otherwise : Math.trunc(Number(text));
}
