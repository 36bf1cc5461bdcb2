// Whether a server is up by its checks (rise and fall) and in by its traffic (passive ejection). Pure transitions on numbers, so that the
// state can lie in shared memory; who is told and what happens to requests in flight is decided elsewhere. BALANCER's rule of ejection.

import type { Observation } from './embedded/dispatch.ts';
import type { Check, Observe } from './model.ts';

/** Why traffic took a server out. */
export const ejectedFor = { nothing: 0, connect: 1, failures: 2, status: 3 } as const;
export type EjectedFor = (typeof ejectedFor)[keyof typeof ejectedFor];

/** Transitions return the same object where nothing changes. Times are of a monotonic clock, in milliseconds. */
export interface HealthState {
  /** 1 or 0, by its checks; servers without checks stay at 1. */
  readonly up: number;
  /** Failed checks in a row while it is up, good ones while it is down. */
  readonly progress: number;
  /** Failures of requests in a row. */
  readonly failures: number;
  readonly ejected: EjectedFor;
  /** Earlier it does not come back. */
  readonly ejectedUntil: number;
  /** Good checks in a row since it was ejected. */
  readonly goodChecks: number;
  /** 1 while the one request is out that shows whether it may come back. */
  readonly onTrial: number;
}

export type HealthChange = 'up' | 'down' | 'ejected' | 'back';

/** Up until it is known better, which one failed check is enough for: as HAProxy, a server that was never seen up has no credit. */
export function initialHealth(check?: Pick<Check, 'fall'>): HealthState {
  const progress = check ? check.fall - 1 : 0;
  const inService = { ejected: ejectedFor.nothing, ejectedUntil: 0, goodChecks: 0, onTrial: 0 };
  return { up: 1, progress, failures: 0, ...inService };
}

export function isHealthy(health: HealthState): boolean {
  return health.up === 1 && health.ejected === ejectedFor.nothing;
}

/** What is worth telling of a transition. Checks come first where both changed. */
export function healthChange(before: HealthState, after: HealthState): HealthChange | undefined {
  if (before.up !== after.up) return after.up === 1 ? 'up' : 'down';
  const [wasOut, isOut] = [before.ejected !== ejectedFor.nothing, after.ejected !== ejectedFor.nothing];
  if (wasOut === isOut) return undefined;
  return isOut ? 'ejected' : 'back';
}

/**
 * What a request saw of the server. `mayEjectForStatus` is mayEjectForStatus() of its backend; while it is false answers 5xx are counted,
 * and the server goes with the first one that comes when it is true.
 */
export function noteTraffic(
  health: HealthState,
  observation: Observation,
  observe: Observe,
  nowMs: number,
  mayEjectForStatus = true,
): HealthState {
  const verdict = verdictOf(observation);
  if (health.onTrial === 1) return afterTrial(health, verdict, observe, nowMs);
  // Requests that were in flight when it was taken out say nothing new.
  if (verdict === 'nothing' || health.ejected !== ejectedFor.nothing) return health;
  if (verdict === 'good') return health.failures === 0 ? health : { ...health, failures: 0 };
  if (verdict === ejectedFor.connect) return out(health, verdict, observe, nowMs);

  const failures = Math.min(health.failures + 1, observe.failures);
  const isDue = failures >= observe.failures && (verdict === ejectedFor.failures || mayEjectForStatus);
  return isDue ? out(health, verdict, observe, nowMs) : { ...health, failures };
}

/** The result of one check. */
export function noteCheck(
  health: HealthState,
  isGood: boolean,
  check: Pick<Check, 'rise' | 'fall'>,
  nowMs: number,
): HealthState {
  const counted = health.up === 1 ? checkedUp(health, isGood, check) : checkedDown(health, isGood, check);
  if (counted.ejected === ejectedFor.nothing) return counted;
  const goodChecks = isGood ? Math.min(counted.goodChecks + 1, check.rise) : 0;
  return settle({ ...counted, goodChecks }, check, nowMs);
}

/** Brings a server back whose checks are good when its time is over: to be asked at `ejectedUntil`. Without a check a trial decides. */
export function settle(
  health: HealthState,
  check: Pick<Check, 'rise'> | undefined,
  nowMs: number,
): HealthState {
  if (health.ejected === ejectedFor.nothing || !check) return health;
  return health.goodChecks >= check.rise && nowMs >= health.ejectedUntil ? back(health) : health;
}

/** Whether a server without a check may get one request, and no other until it is over. */
export function isTrialDue(health: HealthState, nowMs: number): boolean {
  return health.ejected !== ejectedFor.nothing && health.onTrial === 0 && nowMs >= health.ejectedUntil;
}

export function beginTrial(health: HealthState): HealthState {
  return { ...health, onTrial: 1 };
}

/** Whether one more of `servers` may go because of answers 5xx: an application that is broken everywhere must not lose all servers. */
export function mayEjectForStatus(
  ejectedForStatus: number,
  servers: number,
  observe: Pick<Observe, 'maxEjected'>,
): boolean {
  // Shares are decimal fractions: 0.29 × 100 is a hair less than 29.
  return ejectedForStatus + 1 <= observe.maxEjected * servers + 1e-9;
}

type Verdict = 'good' | 'nothing' | Exclude<EjectedFor, typeof ejectedFor.nothing>;

function verdictOf(observation: Observation): Verdict {
  switch (observation.type) {
    case 'answered':
      return isFailure(observation.status) ? ejectedFor.status : 'good';
    case 'refused':
      return ejectedFor.connect;
    case 'silent':
    case 'reset':
    case 'truncated':
    case 'timeout':
      return ejectedFor.failures;
    default:
      return 'nothing';
  }
}

// 501 and 505 are about the request, not about the server.
function isFailure(status: number): boolean {
  return status >= 500 && status !== 501 && status !== 505;
}

function afterTrial(health: HealthState, verdict: Verdict, observe: Observe, nowMs: number): HealthState {
  if (verdict === 'good') return back(health);
  if (verdict === 'nothing') return { ...health, onTrial: 0 };
  return out(health, verdict, observe, nowMs);
}

function out(health: HealthState, why: EjectedFor, observe: Observe, nowMs: number): HealthState {
  const ejectedUntil = nowMs + observe.ejectForMs;
  return { ...health, failures: 0, ejected: why, ejectedUntil, goodChecks: 0, onTrial: 0 };
}

function back(health: HealthState): HealthState {
  return { ...health, failures: 0, ejected: ejectedFor.nothing, ejectedUntil: 0, goodChecks: 0, onTrial: 0 };
}

function checkedUp(health: HealthState, isGood: boolean, check: Pick<Check, 'fall'>): HealthState {
  if (isGood) return health.progress === 0 ? health : { ...health, progress: 0 };
  const progress = health.progress + 1;
  return progress >= check.fall ? { ...health, up: 0, progress: 0 } : { ...health, progress };
}

function checkedDown(health: HealthState, isGood: boolean, check: Pick<Check, 'rise'>): HealthState {
  if (!isGood) return health.progress === 0 ? health : { ...health, progress: 0 };
  const progress = health.progress + 1;
  return progress >= check.rise ? { ...health, up: 1, progress: 0 } : { ...health, progress };
}
