// An assertion that has been prepared: what is asked of each answer in its scope.

import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Scope } from '../plan/http-step.ts';
import type { Soon } from '../values/functions/function.ts';
import type { ValueContext } from '../values/value-context.ts';

export interface Check {
  readonly scope: Scope;
  /** A sample below is not asked for its status then. */
  readonly ignoreStatus?: boolean;
  /** What is wrong; undefined: nothing. */
  failure(answer: HttpAnswer, context: ValueContext): Soon<string | undefined>;
}

/** Java's MessageFormat writes thousands apart. */
export function counted(number: number): string {
  return number.toLocaleString('en-US');
}

/** JMeter's words for a field that has nothing in it. */
export const nothingThere = 'Response was null';
