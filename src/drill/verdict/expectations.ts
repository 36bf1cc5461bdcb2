// Holds what was measured against what was expected. Pure: the same findings have the same outcomes.

import { compare } from '../scenario/comparison.ts';
import type { Expectation, Measure, Scenario } from '../scenario/scenario.ts';
import { type Told, told } from '../told.ts';
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
  if (!measured) return { expectation, result: 'undecided', why: notMeasured };
  const decided = { expectation, measured };
  const { value, uncertainty, samples, broken, why = notMeasurable } = measured;
  const needed = samplesNeeded(expectation);
  if (!(samples >= needed)) return { ...decided, result: 'undecided', why: tooFew(samples, needed) };
  if (broken) return { ...decided, result: 'broken', why: measured.why ?? notComeAbout };
  if (value === undefined || !(uncertainty >= 0)) return { ...decided, result: 'undecided', why };
  const result = compare(expectation.limit, value, uncertainty);
  return result === 'undecided' ? { ...decided, result, why: tooClose } : { ...decided, result };
}

const notMeasured = told('it was not measured', 'no se midió');
const notMeasurable = told('it could not be measured', 'no se pudo medir');
const notComeAbout = told('it did not come about', 'no llegó a ocurrir');
const tooClose = told('the limit is within the uncertainty', 'el límite cae dentro de la incertidumbre');

function tooFew(samples: number, needed: number): Told {
  return told(`${samples} samples, where it takes ${needed}`, `${samples} muestras, y hacen falta ${needed}`);
}
