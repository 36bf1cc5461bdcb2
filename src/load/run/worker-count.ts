// How many processes a plan gets: one as long as one is enough, since what users share then costs nothing.

import { availableParallelism } from 'node:os';
import type { Group, Plan } from '../plan/plan.ts';
import { requestsIn } from '../plan/requests-in.ts';

/** What one process drives with ease: users who ask without a pause, users who think before each request, and arrivals a second. */
const easyEagerUsers = 250;
const easyThinkingUsers = 2_500;
const easyRate = 5_000;

/** The plan has been evaluated. */
export function workerCount({ groups }: Plan, cores: number = availableParallelism()): number {
  return groups.some(isMuch) ? Math.max(1, cores) : 1;
}

function isMuch({ load, steps }: Group): boolean {
  if (load.model === 'open') {
    return load.stages.some(({ fromRate, toRate }) => Math.max(fromRate, toRate) > easyRate);
  }
  const isThoughtful = requestsIn(steps).every(({ timers }) => timers.length > 0);
  return Number(load.users) > (isThoughtful ? easyThinkingUsers : easyEagerUsers);
}
