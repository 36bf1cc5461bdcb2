// User Parameters: variables of which each user has a set of its own, one after the other.

import type { UserParameters } from '../../plan/template.ts';
import { type CompiledTemplate, compileTemplate } from '../../values/compile-template.ts';
import type { ValueContext } from '../../values/value-context.ts';
import type { PassageWork } from '../controllers/children.ts';
import type { Walk, Walker } from '../controllers/walk.ts';

type ParameterSet = readonly (readonly [name: string, value: CompiledTemplate])[];

export class Parameters implements PassageWork {
  /** Of each element of the plan the sets of the users. */
  readonly #elements: readonly (readonly ParameterSet[])[];

  private constructor(elements: readonly (readonly ParameterSet[])[]) {
    this.#elements = elements;
  }

  static of(elements: readonly UserParameters[]): Parameters {
    const compiled = elements.map(({ sets }) =>
      sets.map((set) => set.map(({ name, value }) => [name, compileTemplate(value)] as const)),
    );
    return new Parameters(compiled.filter((sets) => sets.length > 0));
  }

  /** Once per iteration. */
  *next({ context, index }: Walker): Walk {
    const soon = this.set(context, index);
    if (soon) yield soon;
  }

  /** Sets them for the user with this index (from 0). A promise only where a value is one. */
  set(context: ValueContext, index: number): void | Promise<void> {
    if (this.#elements.length === 0) return;
    return setFrom(
      context,
      this.#elements.flatMap((sets) => sets[index % sets.length] as ParameterSet),
      0,
    );
  }
}

/** One after the other: a value may have those before it in it. */
function setFrom(context: ValueContext, set: ParameterSet, from: number): void | Promise<void> {
  for (let at = from; at < set.length; at++) {
    const [name, template] = set[at] as ParameterSet[number];
    const value = template.evaluate(context);
    if (typeof value !== 'string') {
      return value.then((text) => {
        context.variables.set(name, text);
        return setFrom(context, set, at + 1);
      });
    }
    context.variables.set(name, value);
  }
}
