// How much a measurement has to rest on before it may decide an expectation: zero samples never satisfy "failed = 0" (DRILLS.md, "Verdict").

import type { Expectation, Measure } from '../scenario/scenario.ts';

/** Fewer than these say nothing about what users see. */
export const fewestSamples = 20;
/** The hundredth part of fewer than a hundred samples is none of them. */
export const fewestForP99 = 100;
/** Victims that got fewer requests before they were hit would hardly be missed. */
export const fewestHits = 10;

/** Measures that are made of samples; the others come from the timeline. */
const ofSamples: ReadonlySet<Measure> = new Set<Measure>([
  ...(['availability', 'failedRequests', 'trafficRto', 'p99', 'sorryShare', 'shedShare'] as const),
  ...(['sessionsMoved', 'duplicates', 'unattributed'] as const),
]);
/** Measures of what a fault does to users: victims nobody asked before cannot do anything to them. */
const ofVictims: ReadonlySet<Measure> = new Set<Measure>([
  'availability',
  'failedRequests',
  'trafficRto',
  'p99',
  'sessionsMoved',
]);

/**
 * Samples that the measurement itself needs. A share of 99.9 % needs a thousand, of which one may fail; in the calm phase, which only has
 * to show that nothing is wrong yet, the fewest do.
 */
export function samplesNeeded({ measure, limit, during }: Expectation): number {
  if (!ofSamples.has(measure)) return 0;
  if (measure === 'p99') return fewestForP99;
  if (limit.unit !== 'share' || during === 'calm') return fewestSamples;
  const room = Math.min(limit.value, 1 - limit.value);
  return room > 0 ? Math.max(fewestSamples, Math.ceil(1 / room - rounding)) : fewestSamples;
}

/** 1 − 0.999 is a little more than 0.001. */
const rounding = 1e-6;

/** Samples that every window of a fault needs; calm phases have none. */
export function samplesNeededInWindow({ measure, during }: Expectation): number {
  return during === 'calm' || !ofSamples.has(measure) ? 0 : fewestSamples;
}

/** Requests that the victims of a fault must have answered before it. */
export function hitsNeeded({ measure, during }: Expectation): number {
  return during === 'calm' || !ofVictims.has(measure) ? 0 : fewestHits;
}
