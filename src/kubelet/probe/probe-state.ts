// What a probe's answers mean: the thresholds of Kubernetes' probes as a function. Pure.

import type { V1Probe } from '../../api/generated/types.ts';

export type ProbeKind = 'startup' | 'readiness' | 'liveness';

/** What one try said. */
export interface ProbeOutcome {
  success: boolean;
  /** For the event, e.g. `HTTP probe failed with statuscode: 500`. */
  message: string;
}

export interface ProbeState {
  /** What holds: it changes only after as many equal answers in a row as the threshold says. */
  passing: boolean;
  successes: number;
  failures: number;
}

/** Before the first answer a container is alive, but neither started nor ready. */
export function initialState(kind: ProbeKind): ProbeState {
  return { passing: kind === 'liveness', successes: 0, failures: 0 };
}

export function nextState(state: ProbeState, probe: V1Probe, success: boolean): ProbeState {
  const successes = success ? state.successes + 1 : 0;
  const failures = success ? 0 : state.failures + 1;
  const { successThreshold = 1, failureThreshold = 3 } = probe;
  const decided = success ? successes >= successThreshold : failures >= failureThreshold;
  return { passing: decided ? success : state.passing, successes, failures };
}

/** True when the container has to be replaced: only too many failures in a row say so, never the mere lack of a success. */
export function hasFailed(kind: ProbeKind, state: ProbeState, probe: V1Probe): boolean {
  return kind !== 'readiness' && state.failures >= (probe.failureThreshold ?? 3);
}

const firstPauseMs = 25;
/** A start is noticed late by at most so much of the time it takes: 0.3 of it. */
const pauseGrowth = 1.3;

/**
 * Milliseconds until the next try. A container that never was ready is asked more often than its period says, from 25 ms on and less often
 * each time: its start would otherwise take up to a whole period longer than it does, and failures mean nothing yet.
 */
export function pauseMs(kind: ProbeKind, state: ProbeState, probe: V1Probe, wasReady: boolean): number {
  const periodMs = (probe.periodSeconds ?? 10) * 1_000;
  if (kind !== 'readiness' || wasReady || state.successes > 0) return periodMs;
  return Math.min(periodMs, firstPauseMs * pauseGrowth ** Math.max(0, state.failures - 1));
}
