// What a timer says: how long to wait before a request, or when that is due where the timer keeps a schedule.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import type { ValueContext } from '../../values/value-context.ts';

export interface TimerUser {
  readonly context: ValueContext;
  now(): number;
  /** Users under way: of its group, of all. */
  groupUsers(): number;
  allUsers(): number;
  state<State>(owner: object, make: () => State): State;
}

/** Of a timer with a schedule. */
export interface Due {
  /** May have passed. */
  readonly dueAt: number;
}

type Soon<T> = T | Promise<T>;

export interface UserTimer {
  /** Milliseconds from now on, or a time. */
  delay(user: TimerUser): Soon<number | Due>;
}

/** A template's number, 0 for what is none, as JMeter has it. */
export function numberOf(template: CompiledTemplate, context: ValueContext): Soon<number> {
  const value = template.evaluate(context);
  return typeof value === 'string' ? Number(value) || 0 : value.then((text) => Number(text) || 0);
}

/** Both numbers of a timer, without a promise where there is none. */
export function withNumbers<Result>(
  [first, second]: readonly [CompiledTemplate, CompiledTemplate],
  context: ValueContext,
  use: (first: number, second: number) => Result,
): Soon<Result> {
  const a = numberOf(first, context);
  const b = numberOf(second, context);
  if (typeof a === 'number' && typeof b === 'number') return use(a, b);
  return Promise.all([a, b]).then(([x, y]) => use(x, y));
}
