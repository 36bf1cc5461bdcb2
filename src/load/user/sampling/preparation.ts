// What comes before every sample: parameters are set anew, timers are waited for, its label is put together.

import { type CompiledTemplate, compileTemplate } from '../../values/compile-template.ts';
import type { ValueContext } from '../../values/value-context.ts';
import type { Actor } from '../actor.ts';
import type { Parameters } from '../iteration/parameters.ts';
import type { UserTimer } from '../timers/timer.ts';
import { waitFor } from '../timers/wait.ts';

/** A sample that is about to be taken. */
export interface Prepared {
  readonly label: string;
  /** Only where there is a schedule. */
  readonly dueAt: number | undefined;
}

export class Preparation {
  readonly #label: CompiledTemplate;
  readonly #timers: readonly UserTimer[];
  readonly #parameters: readonly Parameters[];

  constructor(label: string, timers: readonly UserTimer[], parameters: readonly Parameters[]) {
    this.#label = compileTemplate(label);
    this.#timers = timers;
    this.#parameters = parameters;
  }

  /** There is nothing to do: constantLabel() is all of it. */
  get isNone(): boolean {
    return this.#label.isConstant && this.#timers.length === 0 && this.#parameters.length === 0;
  }

  constantLabel(context: ValueContext): string {
    return this.#label.evaluate(context) as string;
  }

  /** Undefined: the user has ended meanwhile. */
  async carryOut(actor: Actor): Promise<Prepared | undefined> {
    const parametersSet = actor.setParameters();
    if (parametersSet) await parametersSet;
    for (const parameters of this.#parameters) await parameters.set(actor.context, actor.index);
    const waited = await waitFor(this.#timers, actor);
    if (waited === undefined || !actor.isRunning) return undefined;
    const soon = this.#label.evaluate(actor.context);
    const label = typeof soon === 'string' ? soon : await soon;
    actor.context.label = label;
    return { label, dueAt: waited.dueAt };
  }
}
