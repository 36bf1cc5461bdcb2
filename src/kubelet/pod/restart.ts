// When a container that ended, or could not be started, is tried again. Pure but for the random numbers.

import { type BackoffOptions, backoffDelay, type Random } from '../../base/backoff.ts';
import type { RuntimeContainer } from '../../runtime/runtime.ts';
import type { ContainerRecord, Waiting } from './container-record.ts';

/** How long the reason of a failure is shown before the back-off it led to. */
const shownMs = 1_000;

/**
 * Notes that a run ended. The first restart comes at once, later ones with back-off; a run of twice the longest delay starts the count anew
 * (as Kubernetes: 10 s doubling to 5 min, 10 min without trouble).
 */
export function noteExit(
  record: ContainerRecord,
  run: RuntimeContainer,
  now: number,
  backoff: BackoffOptions,
  random: Random,
): void {
  const ranMs = (run.exit?.finishedAt ?? run.startedAt) - run.startedAt;
  if (ranMs >= 2 * backoff.maxMs) record.crashes = 0;
  const delayMs = record.crashes === 0 ? 0 : backoffDelay(backoff, record.crashes - 1, random);
  record.crashes++;
  record.notBefore = now + delayMs;
  record.current = run;
  record.started = false;
  record.passing = false;
  record.replace = undefined;
  showNothing(record);
}

/** The text of a container that waits for its restart. */
export function crashLoop(record: ContainerRecord, delayMs: number, podFullName: string): Waiting {
  const seconds = Math.round(delayMs / 1_000);
  const message = `back-off ${humanSeconds(seconds)} restarting failed container=${record.container.name} pod=${podFullName}`;
  return { reason: 'CrashLoopBackOff', message };
}

/** `10s`, `2m40s`, `5m0s`: as Go prints durations. */
export function humanSeconds(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** Notes that a start was impossible for now; returns the delay in milliseconds. `later` is what the status shows after a second. */
export function noteObstacle(
  record: ContainerRecord,
  waiting: Waiting,
  later: Waiting | undefined,
  now: number,
  backoff: BackoffOptions,
  random: Random,
): number {
  const delayMs = backoffDelay(backoff, record.obstacles, random);
  record.obstacles++;
  record.notBefore = now + delayMs;
  record.waiting = waiting;
  record.later = later;
  record.laterAt = later && now + shownMs;
  return delayMs;
}

/** It runs, or is about to: nothing holds it up any more. */
export function showNothing(record: ContainerRecord): void {
  record.waiting = undefined;
  record.later = undefined;
  record.laterAt = undefined;
}
