// What a function of templates is to the rest: how many arguments it takes, and what it gives.

import type { ValueContext } from '../value-context.ts';

export type Soon<T> = T | Promise<T>;

export interface CallSite {
  /** The same in all worker processes, and that of no other place: functions that count name what they share by it. */
  readonly id: string;
  /** A text that is a template itself. */
  evaluate(text: string, context: ValueContext): Soon<string>;
}

export interface TemplateFunction {
  /** Arguments at least. */
  readonly least: number;
  readonly most: number;
  /** Throws CannotEvaluate. A promise only where other worker processes have to be asked. */
  readonly call: (args: readonly string[], context: ValueContext, site: CallSite) => Soon<string>;
  /** What of a call cannot be carried out, known before a run. `known`: an argument is undefined when it depends on the run; in `guessed` there is a number instead of each value. */
  readonly problem?: (
    known: readonly (string | undefined)[],
    guessed: readonly string[],
  ) => string | undefined;
}

/** The call leaves its own text, as a variable that is not set does. */
export class CannotEvaluate extends Error {
  override readonly name = 'CannotEvaluate';
}

/** Functions give their value, and put it into a variable too when one is named. */
export function stored(context: ValueContext, variable: string | undefined, value: string): string {
  const name = variable?.trim();
  if (name) context.variables.set(name, value);
  return value;
}

/** As Java's Long.parseLong, without the limit at 64 bits. */
export function wholeNumber(text: string | undefined): bigint {
  const digits = text?.trim() ?? '';
  if (!/^[+-]?\d+$/.test(digits)) throw new CannotEvaluate(`"${text}" is no whole number`);
  return BigInt(digits.replace('+', ''));
}
