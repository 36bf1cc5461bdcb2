// A user waits as long as all the timers of a step say together.

import type { Actor } from '../actor.ts';
import type { UserTimer } from './timer.ts';

export interface Waited {
  /** When the step is due, where there is a schedule. */
  readonly dueAt: number | undefined;
}

const notDue: Waited = { dueAt: undefined };

/** Undefined: the user has ended meanwhile. Afterwards actor.readyAt is the end of the wait. */
export async function waitFor(timers: readonly UserTimer[], actor: Actor): Promise<Waited | undefined> {
  const arrival = actor.takeArrival();
  if (timers.length === 0) return arrival === undefined ? notDue : { dueAt: arrival };
  const sum = await sumOf(timers, actor);
  if (sum === undefined) return undefined;
  const began = actor.readyAt;
  const scheduleMs = sum.dueAt === undefined ? 0 : Math.max(0, sum.dueAt - began);
  const waitMs = sum.otherMs + scheduleMs;
  if (waitMs > 0 && !(await actor.waitUntil(began + waitMs))) return undefined;
  actor.readyAt = began + waitMs;
  if (sum.dueAt !== undefined) return { dueAt: sum.dueAt + sum.otherMs };
  return arrival === undefined ? notDue : { dueAt: arrival + waitMs };
}

async function sumOf(
  timers: readonly UserTimer[],
  actor: Actor,
): Promise<{ otherMs: number; dueAt: number | undefined } | undefined> {
  let otherMs = 0;
  let dueAt: number | undefined;
  for (const timer of timers) {
    const soon = timer.delay(actor);
    const delay = soon instanceof Promise ? await actor.until(soon) : soon;
    if (delay === undefined) return undefined;
    // Others had to be asked or waited for: that is not the generator's slowness.
    if (soon instanceof Promise) actor.readyAt = actor.now();
    if (typeof delay === 'number') otherMs += Math.max(0, delay);
    else dueAt = Math.max(dueAt ?? delay.dueAt, delay.dueAt);
  }
  return { otherMs, dueAt };
}
