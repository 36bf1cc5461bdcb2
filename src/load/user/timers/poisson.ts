// Poisson random timer: a constant delay and on top of it a Poisson distributed number of milliseconds.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import { type TimerUser, type UserTimer, withNumbers } from './timer.ts';

export class PoissonTimer implements UserTimer {
  readonly #terms: readonly [delayMs: CompiledTemplate, lambdaMs: CompiledTemplate];

  constructor(delayMs: CompiledTemplate, lambdaMs: CompiledTemplate) {
    this.#terms = [delayMs, lambdaMs];
  }

  delay({ context }: TimerUser): number | Promise<number> {
    return withNumbers(this.#terms, context, (delayMs, lambdaMs) =>
      Math.abs(delayMs + poisson(lambdaMs, () => context.random())),
    );
  }
}

/** From here on multiplying random numbers costs too many of them. */
const large = 10;

/** A Poisson distributed number with this mean; 0 for a mean of 0 or less. */
export function poisson(mean: number, random: () => number): number {
  if (!(mean > 0)) return 0;
  return mean < large ? byProduct(mean, random) : byRejection(mean, random);
}

/** As many as there are events before random numbers multiplied are below e^-mean (Knuth). */
function byProduct(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

/** Transformed rejection with squeeze, W. Hörmann 1993, "The transformed rejection method for generating Poisson random variables", PTRS. */
function byRejection(mean: number, random: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = random() - 0.5;
    const v = 1 - random();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const left = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (left <= count * Math.log(mean) - mean - logFactorial(count)) return count;
  }
}

/** Stirling's series; exact to ten digits from 10 on, and summed up below. */
function logFactorial(n: number): number {
  if (n < large) {
    let sum = 0;
    for (let factor = 2; factor <= n; factor++) sum += Math.log(factor);
    return sum;
  }
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n ** 3);
}
