// How many backups served, and how often they came and went. Pure: from the timeline.

import type { TimelineEvent } from '../timeline/timeline.ts';
import { told } from '../told.ts';
import type { Measured } from '../verdict/evidence.ts';
import { counted, unknown, type Window } from './window.ts';

const blind = told('the balancer could not be looked at', 'no se pudo mirar el balanceador');

/** The most that served at once. `blind`: whether nothing is known of the balancer. */
export function backupsUsed(events: readonly TimelineEvent[], window: Window, isBlind = false): Measured {
  if (isBlind) return unknown('count', blind);
  const active = stepsOf(events).filter(({ from, to }) => from < window.to && to > window.from);
  return counted(Math.max(0, ...active.map(({ active: count }) => count)), active.length);
}

/** Each backup that came in and each that left. */
export function transitions(events: readonly TimelineEvent[], window: Window, isBlind = false): Measured {
  if (isBlind) return unknown('count', blind);
  const changes = stepsOf(events).filter(({ from }) => from >= window.from && from < window.to);
  const sum = changes.reduce((total, { active, before }) => total + Math.abs(active - before), 0);
  return counted(sum, changes.length);
}

interface Step {
  readonly from: number;
  readonly to: number;
  readonly active: number;
  readonly before: number;
}

/** Of each backend; before the first event none. */
function stepsOf(events: readonly TimelineEvent[]): Step[] {
  const bySubject = Map.groupBy(
    events.filter((event) => event.type === 'backups'),
    ({ subject = '' }) => subject,
  );
  return [...bySubject.values()].flatMap((own) =>
    own.map(({ at, active }, index) => ({
      ...{ from: at, active, before: own[index - 1]?.active ?? 0 },
      to: own[index + 1]?.at ?? Number.POSITIVE_INFINITY,
    })),
  );
}
