// An extractor that has been prepared.

import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Soon } from '../values/functions/function.ts';
import type { ValueContext } from '../values/value-context.ts';

export interface Extraction {
  run(answer: HttpAnswer, context: ValueContext): Soon<void>;
}

/** What JMeter takes for no number is 0: one by chance. */
export function matchNumber(text: string | undefined): number {
  const number = Number(text?.trim());
  return Number.isInteger(number) ? number : 0;
}

/** The one with such a number, from 1 on; 0: any of them. Undefined: there are not so many. */
export function chosen<Match>(
  all: readonly Match[],
  number: number,
  { random }: ValueContext,
): Match | undefined {
  return all[number === 0 ? Math.floor(random() * all.length) : number - 1];
}

/** How many there were the last time, when all were taken; from now on none. */
export function takeCount({ variables }: ValueContext, variable: string): number {
  const name = `${variable}_matchNr`;
  const count = Number(variables.get(name) ?? 0);
  variables.delete(name);
  return Number.isInteger(count) ? count : 0;
}
