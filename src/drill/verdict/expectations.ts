// Holds what was measured against what was expected. Pure: the same findings have the same outcomes.

import { compare } from '../scenario/comparison.ts';
import type { Expectation, Measure, Scenario } from '../scenario/scenario.ts';
import type { ExpectationOutcome, Measured } from './evidence.ts';
import { samplesNeeded } from './needs.ts';

/** What was measured over a window; undefined: nothing was. */
export type MeasuredDuring = (measure: Measure, during: Expectation['during']) => Measured | undefined;

/** One for each expectation, in their order. Undecided: too little was measured, or the limit is within the uncertainty. */
export function expectationOutcomes(
  { expectations }: Pick<Scenario, 'expectations'>,
  measuredDuring: MeasuredDuring,
): ExpectationOutcome[] {
  return expectations.map((expectation) =>
    outcomeOf(expectation, measuredDuring(expectation.measure, expectation.during)),
  );
}

export function outcomeOf(expectation: Expectation, measured: Measured | undefined): ExpectationOutcome {
  if (!measured) return { expectation, result: 'undecided', why: 'it was not measured' };
  const decided = { expectation, measured };
  const { value, uncertainty, samples, broken, why = 'it could not be measured' } = measured;
  const needed = samplesNeeded(expectation);
  if (!(samples >= needed))
    return { ...decided, result: 'undecided', why: `${samples} samples, where it takes ${needed}` };
  if (broken) return { ...decided, result: 'broken', why: measured.why ?? 'it did not come about' };
  if (value === undefined || !(uncertainty >= 0)) return { ...decided, result: 'undecided', why };
  const result = compare(expectation.limit, value, uncertainty);
  return result === 'undecided'
    ? { ...decided, result, why: 'the limit is within the uncertainty' }
    : { ...decided, result };
}
