// Gaussian random timer: a constant delay and a normally distributed deviation; what would be negative counts as positive.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import { type TimerUser, type UserTimer, withNumbers } from './timer.ts';

export class GaussianTimer implements UserTimer {
  readonly #terms: readonly [delayMs: CompiledTemplate, deviationMs: CompiledTemplate];

  constructor(delayMs: CompiledTemplate, deviationMs: CompiledTemplate) {
    this.#terms = [delayMs, deviationMs];
  }

  delay({ context }: TimerUser): number | Promise<number> {
    return withNumbers(this.#terms, context, (delayMs, deviationMs) =>
      Math.abs(delayMs + gaussian(() => context.random()) * deviationMs),
    );
  }
}

/** Standard normal (Box and Muller). */
export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
