// Uniform random timer: a constant delay and on top of it anything up to a range, all equally likely.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import { type TimerUser, type UserTimer, withNumbers } from './timer.ts';

export class UniformTimer implements UserTimer {
  readonly #terms: readonly [delayMs: CompiledTemplate, rangeMs: CompiledTemplate];

  constructor(delayMs: CompiledTemplate, rangeMs: CompiledTemplate) {
    this.#terms = [delayMs, rangeMs];
  }

  delay({ context }: TimerUser): number | Promise<number> {
    return withNumbers(this.#terms, context, (delayMs, rangeMs) =>
      Math.abs(delayMs + context.random() * rangeMs),
    );
  }
}
