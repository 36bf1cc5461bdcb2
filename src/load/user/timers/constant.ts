// Constant timer: always the same think time.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import { numberOf, type TimerUser, type UserTimer } from './timer.ts';

export class ConstantTimer implements UserTimer {
  readonly #delayMs: CompiledTemplate;

  constructor(delayMs: CompiledTemplate) {
    this.#delayMs = delayMs;
  }

  delay({ context }: TimerUser): number | Promise<number> {
    return numberOf(this.#delayMs, context);
  }
}
