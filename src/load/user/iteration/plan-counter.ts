// JMeter's Counter: a number that goes on with each iteration, of all users together or of each of them.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import type { PassageWork } from '../controllers/children.ts';
import { evaluated, type Walk, type Walker } from '../controllers/walk.ts';

export interface CounterTerms {
  readonly id: string;
  readonly variable: string;
  readonly start: CompiledTemplate;
  /** Undefined: without end. */
  readonly end?: CompiledTemplate;
  readonly step: CompiledTemplate;
  readonly format?: string;
  readonly perUser: boolean;
  readonly resetOnIteration: boolean;
}

export class PlanCounter implements PassageWork {
  readonly #terms: CounterTerms;

  constructor(terms: CounterTerms) {
    this.#terms = terms;
  }

  *next(walker: Walker): Walk {
    const { start, end, step, variable, format } = this.#terms;
    const value = counted(
      yield* this.#turn(walker),
      yield* number(start, walker, 0),
      end ? yield* number(end, walker, Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY,
      yield* number(step, walker, 1),
    );
    walker.context.variables.set(variable, formatted(value, format));
  }

  /** From 1. */
  *#turn(walker: Walker): Walk<number> {
    const { id, perUser, resetOnIteration } = this.#terms;
    if (!perUser) {
      const turn = walker.context.shared.count(`counter ${id}`);
      return typeof turn === 'number' ? turn : ((yield turn) as number);
    }
    const state = walker.state(this, () => ({ turn: 0, iteration: 0 }));
    if (resetOnIteration && state.iteration !== walker.context.iteration) state.turn = 0;
    state.iteration = walker.context.iteration;
    return ++state.turn;
  }
}

/** The value at a turn (from 1): from start in steps to end, then from start again. */
export function counted(turn: number, start: number, end: number, step: number): number {
  if (step <= 0 || end === Number.POSITIVE_INFINITY) return start + (turn - 1) * step;
  const values = Math.max(1, Math.floor((end - start) / step) + 1);
  return start + ((turn - 1) % values) * step;
}

/** `000`: at least three digits, as java.text.DecimalFormat has it. */
export function formatted(value: number, format: string | undefined): string {
  if (format === undefined || format === '') return String(value);
  const digits = String(Math.abs(value)).padStart(format.length, '0');
  return value < 0 ? `-${digits}` : digits;
}

function* number(template: CompiledTemplate, walker: Walker, otherwise: number): Walk<number> {
  const text = (yield* evaluated(template, walker)).trim();
  return text === '' || Number.isNaN(Number(text)) ? otherwise : Math.trunc(Number(text));
}
