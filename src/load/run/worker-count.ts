// How many processes a plan gets: one as long as one is enough, since what users share then costs nothing.

import { availableParallelism } from 'node:os';
import type { Group, Plan, Step } from '../plan/plan.ts';

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
  return Number(load.users) > (steps.every(isThoughtful) ? easyThinkingUsers : easyEagerUsers);
}

/** Whether users wait before every request in it. */
function isThoughtful(step: Step): boolean {
  if (step.type === 'http') return step.timers.length > 0;
  return 'steps' in step ? step.steps.every(isThoughtful) : true;
}
