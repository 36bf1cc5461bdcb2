// Until when the states that a fault causes may have held after it was taken back. Pure.

import type { TimelineEvent } from '../timeline/timeline.ts';
import { type Met, metState, type State } from './met-state.ts';

/** machineTime() of the latest moment at which a request that met the state may still have been sent because of the fault. */
export type StatesUntil = Readonly<Record<State, number>>;

export interface Seen extends Met {
  /** Undefined: nobody could look at the balancer. */
  readonly events?: readonly TimelineEvent[];
}

/** After so much good traffic all is well again (DRILLS.md, "Traffic RTO"): what comes later has another cause. */
const goodForMs = 5_000;

/**
 * `undoneAt` is machineTime() of the undo. Always finite.
 *
 * - None usable: to the first moment after the undo at which the balancer can have said that the sorry page is over, by the latest that its
 *   uncertainty allows; where none was due at the undo, to the undo, and as long after it as two looks at the balancer are apart. Of several
 *   backends the last counts. Where nobody could look at the balancer: as a full queue.
 * - Queue full: the backlog is over when requests go well again. To the last request that met a full queue before the first 5 s after the undo
 *   in which requests were answered well and none met it; to the undo, where none did.
 */
export function statesUntil(undoneAt: number, seen: Seen): StatesUntil {
  const { events, samples } = seen;
  const end = Math.max(undoneAt, samples.latest);
  return {
    'none-usable': events ? sorryUntil(undoneAt, events, end) : metUntil(undoneAt, seen, 'none-usable'),
    'queue-full': metUntil(undoneAt, seen, 'queue-full'),
  };
}

type SorryEvent = Extract<TimelineEvent, { type: 'sorry' }>;

function sorryUntil(undoneAt: number, events: readonly TimelineEvent[], end: number): number {
  const sorry = events.filter((event) => event.type === 'sorry');
  const byBackend = Map.groupBy(sorry, ({ subject }) => subject);
  return Math.max(undoneAt, ...[...byBackend.values()].map((own) => backendUntil(undoneAt, own, end)));
}

/** `events` of one backend, in order: due and over take turns. What is never over is so to the `end`. */
function backendUntil(undoneAt: number, events: readonly SorryEvent[], end: number): number {
  const next = events.findIndex((event) => !event.due && latest(event) > undoneAt);
  const over = events[next];
  const before = over ? events[next - 1] : events.at(-1);
  // Before the first event the page was what that event ended.
  const isDue = before ? before.due && before.at - before.uncertaintyMs <= undoneAt : over !== undefined;
  if (isDue) return over ? latest(over) : end;
  const known = events.findLast((event) => latest(event) <= undoneAt);
  return undoneAt + 2 * (known?.uncertaintyMs ?? 0);
}

function latest({ at, uncertaintyMs }: TimelineEvent): number {
  return at + uncertaintyMs;
}

function metUntil(undoneAt: number, seen: Met, state: State): number {
  let since = undoneAt;
  let isServed = false;
  for (const { at, isMet } of momentsAfter(undoneAt, seen, state)) {
    if (!isMet) isServed = true;
    else if (isServed && at - since >= goodForMs) break;
    else [since, isServed] = [at, false];
  }
  return since;
}

/** Of requests that met the state, and of those that were answered well; in the order in which they were sent. */
function momentsAfter(undoneAt: number, seen: Met, state: State): { at: number; isMet: boolean }[] {
  const { samples } = seen;
  const moments = [];
  for (let index = 0; index < samples.size; index++) {
    const at = samples.startedAt(index);
    if (at <= undoneAt) continue;
    const isMet = metState(seen, index) === state;
    if (isMet || samples.outcome(index) === 'ok') moments.push({ at, isMet });
  }
  return moments.sort((one, other) => one.at - other.at);
}
