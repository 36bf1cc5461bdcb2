// Whether a run measured the generator instead of the application: DRILLS.md, "generator saturated".

import type { Saturation, SaturationSign } from './load-results.ts';
import type { Second } from './second.ts';
import type { Threshold } from './thresholds.ts';

const leastSendLagMs = 5;
/** Of one core, and of an event loop's time. */
const mostShare = 0.9;
/** A second in which it strains is an accident; these in a row are a state. */
const secondsInARow = 3;

export interface SaturationLimits {
  /** 99 % of requests have to be sent at most so late. */
  readonly sendLagMs: number;
}

/** DRILLS.md: "send lag p99 > max(5 ms, a tenth of the p99 limit)". Of several limits the lowest. */
export function sendLagLimitOf(thresholds: readonly Threshold[]): number {
  const limits = thresholds
    .filter(({ metric, operator }) => metric === 'p99' && operator.startsWith('<'))
    .map(({ limit }) => limit / 10);
  return Math.max(leastSendLagMs, limits.length === 0 ? 0 : Math.min(...limits));
}

/** `sendLagMs` is the 99th percentile over the whole run. */
export function saturationOf(
  seconds: readonly Second[],
  sendLagMs: number,
  limits: SaturationLimits,
): Saturation {
  const dropped = seconds.reduce((sum, second) => sum + second.dropped, 0);
  const signs = [
    sendLagMs > limits.sendLagMs && { type: 'late' as const, ms: sendLagMs, limitMs: limits.sendLagMs },
    strained(seconds, 'cpu') && { type: 'cpu' as const, share: mostShare },
    strained(seconds, 'loop') && { type: 'loop' as const, share: mostShare },
    dropped > 0 && { type: 'dropped' as const, count: dropped },
  ].filter((sign) => sign !== false);
  return { isSaturated: signs.length > 0, reasons: signs.map(reasonOf), signs };
}

function reasonOf(sign: SaturationSign): string {
  switch (sign.type) {
    case 'late':
      return `1 % of the requests were sent more than ${sign.ms.toFixed(1)} ms late (limit: ${sign.limitMs} ms)`;
    case 'cpu':
      return `a worker used more than ${sign.share * 100} % of a core`;
    case 'loop':
      return `the event loop of a worker was busy for more than ${sign.share * 100} % of the time`;
    case 'dropped':
      return `${sign.count} iterations were dropped: all users were busy`;
  }
}

function strained(seconds: readonly Second[], what: 'cpu' | 'loop'): boolean {
  const needed = Math.min(secondsInARow, seconds.length);
  let row = 0;
  for (const { generator } of seconds) {
    row = generator[what] > mostShare ? row + 1 : 0;
    if (row >= needed) return true;
  }
  return false;
}
