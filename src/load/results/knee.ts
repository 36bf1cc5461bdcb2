// Where an application stops keeping up: of a plan whose arrival rate changes, each stretch with what was done, and the highest rate that holds.

import type { Group, OpenLoad, Stage } from '../plan/plan.ts';
import type { LoadResults } from './load-results.ts';
import type { Second } from './second.ts';
import { parseThreshold } from './thresholds.ts';

/** A time in which the rate was one, or nearly. */
export interface Stretch {
  /** Iterations. */
  readonly askedPerSecond: number;
  /** Requests that were answered, well or not. */
  readonly donePerSecond: number;
  /** Of its typical second (the median of its seconds' own); corrected. */
  readonly p50: number;
  readonly p99: number;
  /** 0 to 1. */
  readonly errorShare: number;
  readonly dropped: number;
  /** Why it does not hold; undefined: it does. */
  readonly breaks?: 'latency' | 'errors' | 'dropped' | 'rate';
}

export interface Knee {
  /** From the lowest rate to the highest. */
  readonly stretches: readonly Stretch[];
  /** p99 has to stay below it. */
  readonly limitMs: number;
  /** Of 1. */
  readonly mostErrors: number;
  /** The highest rate that holds with all lower ones; undefined: not even the lowest. */
  readonly best?: Stretch;
  /** Whether one did not hold: else the knee lies higher than anything that was asked. */
  readonly isReached: boolean;
}

const mostErrors = 0.01;
const leastDone = 0.95;
/** Where no threshold says what is slow: so many times the p99 of the lowest rate, and never less than what scheduling alone may cost. */
const timesSlower = 5;
const leastLimitMs = 20;
/** A ramp is taken as stretches of at least so long, and at most so many. */
const rampMs = 5_000;
const rampStretches = 20;
const fewestRates = 3;
const secondMs = 1_000;

type Measured = Pick<LoadResults, 'plan' | 'seconds' | 'phases' | 'thresholds'>;

/** Undefined where there are no three rates to compare, or more than one group with rates. */
export function kneeOf(results: Measured): Knee | undefined {
  const open = results.plan.groups.flatMap((group, index) => (isOpen(group) ? [{ group, index }] : []));
  const [only] = open;
  if (!only || open.length > 1) return undefined;
  const startMs = results.phases?.find(({ groups }) => groups.includes(only.index))?.startedMs ?? 0;
  const measured = windowsOf(only.group.load.stages, startMs)
    .flatMap((window) => stretchOf(window, results.seconds) ?? [])
    .sort((a, b) => a.askedPerSecond - b.askedPerSecond);
  if (new Set(measured.map(({ askedPerSecond }) => askedPerSecond)).size < fewestRates) return undefined;
  return judged(measured, limitOf(results, measured[0] as Stretch));
}

function isOpen(group: Group): group is Group & { load: OpenLoad } {
  return group.kind === 'main' && group.load.model === 'open';
}

interface Window {
  readonly rate: number;
  readonly fromMs: number;
  readonly toMs: number;
}

function windowsOf(stages: readonly Stage[], startMs: number): Window[] {
  const windows: Window[] = [];
  let fromMs = startMs;
  for (const { fromRate, toRate, durationMs } of stages) {
    const parts =
      fromRate === toRate ? 1 : Math.max(1, Math.min(rampStretches, Math.floor(durationMs / rampMs)));
    for (let part = 0; part < parts; part++) {
      const rate = fromRate + ((toRate - fromRate) * (part + 0.5)) / parts;
      windows.push({ rate, fromMs, toMs: fromMs + durationMs / parts });
      fromMs += durationMs / parts;
    }
  }
  return windows.filter(({ rate }) => rate > 0);
}

function stretchOf({ rate, fromMs, toMs }: Window, seconds: readonly Second[]): Stretch | undefined {
  const whole = seconds.filter(({ index }) => index * secondMs >= fromMs && (index + 1) * secondMs <= toMs);
  // What the rate before has left is still answered in the first.
  const own = whole.length > 2 ? whole.slice(1) : whole;
  if (own.length === 0) return undefined;
  const sum = (of: (second: Second) => number) => own.reduce((total, second) => total + of(second), 0);
  const count = sum(({ total }) => total.count);
  const typical = (name: 'p50' | 'p99') => medianOf(own.map(({ total }) => (total.corrected ?? total)[name]));
  return {
    ...{ askedPerSecond: rate, donePerSecond: count / own.length, p50: typical('p50'), p99: typical('p99') },
    errorShare: count === 0 ? 0 : sum(({ total }) => total.failed) / count,
    dropped: sum(({ dropped }) => dropped),
  };
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function limitOf({ thresholds }: Measured, lowest: Stretch): number {
  const given = thresholds
    .map(({ text }) => parseThreshold(text))
    .find(
      ({ metric, label, operator }) => metric === 'p99' && label === undefined && operator.startsWith('<'),
    );
  return given?.limit ?? Math.max(leastLimitMs, lowest.p99 * timesSlower);
}

function judged(measured: readonly Stretch[], limitMs: number): Knee {
  const lowest = measured[0] as Stretch;
  // An iteration may have several requests: how many, the lowest rate tells.
  const requests = lowest.donePerSecond / lowest.askedPerSecond;
  const stretches = measured.map((stretch): Stretch => {
    const breaks = breakOf(stretch, limitMs, requests);
    return breaks === undefined ? stretch : { ...stretch, breaks };
  });
  const broken = stretches.findIndex(({ breaks }) => breaks !== undefined);
  const best = broken === -1 ? stretches.at(-1) : stretches[broken - 1];
  return {
    ...{ stretches, limitMs, mostErrors, isReached: broken !== -1 },
    ...(best === undefined ? {} : { best }),
  };
}

function breakOf(stretch: Stretch, limitMs: number, requests: number): Stretch['breaks'] {
  if (stretch.errorShare >= mostErrors) return 'errors';
  if (stretch.dropped > 0) return 'dropped';
  if (stretch.p99 >= limitMs) return 'latency';
  const isDone = stretch.donePerSecond >= stretch.askedPerSecond * requests * leastDone;
  return isDone ? undefined : 'rate';
}
