// Until when the states that a fault causes may have held. Pure.

import type { TimelineEvent } from '../timeline/timeline.ts';

/**
 * machineTime(): the latest at which the balancer can have said that the sorry page is over, after the fault was taken back. It is asked now and
 * then: what a user saw until then is still of that state. Undefined: nothing says that it is over.
 */
export function statesUntil(undoneAt: number, events: readonly TimelineEvent[]): number | undefined {
  const latest = ({ at, uncertaintyMs }: TimelineEvent) => at + uncertaintyMs;
  const over = events.findLast((event) => event.type === 'sorry' && !event.due && latest(event) > undoneAt);
  return over && latest(over);
}
