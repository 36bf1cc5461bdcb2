// The verdict of a drill, in the order of DRILLS.md: a measurement that is not valid is inconclusive, a broken expectation a fail, and only
// what is left a pass. Pure: it knows nothing but the evidence, so that anyone can check it. Wrong usage never comes here.

import { unitOfMeasure } from '../scenario/defaults.ts';
import type { Expectation, Scenario } from '../scenario/scenario.ts';
import type {
  ExpectationOutcome,
  FaultEvidence,
  Measured,
  ProbeOutcome,
  RunEvidence,
  Verdict,
} from './evidence.ts';
import { hitsNeeded, samplesNeeded, samplesNeededInWindow } from './needs.ts';

export interface Judgement {
  readonly verdict: Verdict;
  /** Why it is not a pass, the weightiest first. Lines in English. */
  readonly reasons: readonly string[];
}

/** What the verdict rests on. */
export type Findings = Pick<
  RunEvidence,
  'phases' | 'faults' | 'outcomes' | 'probes' | 'accounting' | 'invalid' | 'remains' | 'halted'
>;

/**
 * What could not be taken back comes before everything else: it is a fact that needs no measurement, and somebody has to look after it.
 * Expectations that are undecided though the measurement is valid (a limit within the uncertainty) leave a broken one broken.
 */
export function verdictOf(scenario: Pick<Scenario, 'faults' | 'expectations'>, run: Findings): Judgement {
  const remains = run.remains.map((what) => `could not be taken back: ${what}`);
  const invalid = invalidity(scenario, run);
  const broken = brokenIn(run);
  const undecided = undecidedIn(run);
  const reasons = [...remains, ...(invalid.length > 0 ? [...invalid, ...broken] : [...broken, ...undecided])];
  if (remains.length > 0) return { verdict: 'fail', reasons };
  if (invalid.length > 0) return { verdict: 'inconclusive', reasons };
  if (broken.length > 0) return { verdict: 'fail', reasons };
  return { verdict: undecided.length > 0 ? 'inconclusive' : 'pass', reasons };
}

/** Any fail is a fail, else any inconclusive is inconclusive; no run at all is none to rely on. */
export function verdictOfRepeats(runs: readonly Judgement[]): Judgement {
  if (runs.length === 0) return { verdict: 'inconclusive', reasons: ['nothing was run'] };
  const verdict = (['fail', 'inconclusive'] as const).find((one) => runs.some((run) => run.verdict === one));
  const inOrder = runs
    .map((run, index) => ({ ...run, index }))
    .sort((one, other) => weight[one.verdict] - weight[other.verdict]);
  const reasons = inOrder.flatMap(({ reasons, index }) =>
    reasons.map((reason) => (runs.length === 1 ? reason : `run ${index + 1}: ${reason}`)),
  );
  return { verdict: verdict ?? 'pass', reasons };
}

const weight: Readonly<Record<Verdict, number>> = { fail: 0, inconclusive: 1, pass: 2 };

/** Why the figures may not be used. */
function invalidity(
  { faults, expectations }: Pick<Scenario, 'faults' | 'expectations'>,
  run: Findings,
): string[] {
  return [
    ...run.invalid,
    ...unreachedPhases(run),
    ...faults.flatMap(({ fault }, step) => unproven(fault, step, run)),
    ...run.faults.flatMap((evidence) => tooLittle(evidence, expectations)),
    ...run.outcomes.filter(isTooThin).map(textOf),
    ...expectations.filter((expectation) => !isDecided(expectation, run)).map(missing),
    ...blindProbes(run),
    ...accountingFaults(run),
  ];
}

function unreachedPhases({ phases, invalid }: Findings): string[] {
  if (phases.steady === undefined) return invalid.length > 0 ? [] : ['the steady state was never reached'];
  return phases.calm === undefined ? ['the phase without a fault did not take place'] : [];
}

/** One that a halt forestalled is not held against the drill when another one has taken hold: that is what the halt is about. */
function unproven(name: string, step: number, { faults, halted, phases, invalid }: Findings): string[] {
  const isExplained = phases.steady === undefined || (phases.fault === undefined && invalid.length > 0);
  if (isExplained) return [];
  const evidence = faults.find((one) => one.step === step);
  if (evidence?.proof) return [];
  const wasForestalled = evidence?.injectedAt === undefined && halted !== undefined;
  if (wasForestalled && faults.some(({ proof }) => proof !== undefined)) return [];
  return [`the fault ${name} was not proven to have taken hold`];
}

function tooLittle(evidence: FaultEvidence, expectations: readonly Expectation[]): string[] {
  const { name, victims, samplesInWindow, hitsOnVictimsBefore } = evidence;
  if (!evidence.proof) return [];
  const samples = Math.max(0, ...expectations.map(samplesNeededInWindow));
  const hits = Math.max(0, ...expectations.map(hitsNeeded));
  const hasVictims = victims.pods.length + victims.nodes.length > 0;
  return [
    ...(samplesInWindow >= samples
      ? []
      : [`${samplesInWindow} samples while ${name} lasted, where it takes ${samples}`]),
    ...(!hasVictims || hitsOnVictimsBefore >= hits
      ? []
      : [
          `the victims of ${name} had answered ${hitsOnVictimsBefore} requests before, where it takes ${hits}`,
        ]),
  ];
}

/** What was not measured, or by too few samples: not what a limit within the uncertainty leaves open. */
function isTooThin({ expectation, result, measured }: ExpectationOutcome): boolean {
  return (
    result === 'undecided' && (measured === undefined || !(measured.samples >= samplesNeeded(expectation)))
  );
}

function isDecided(expectation: Expectation, { outcomes }: Findings): boolean {
  return outcomes.some((outcome) => isSame(outcome.expectation, expectation));
}

/** Evidence may have been read from a file: it is not the same object then. */
function isSame(one: Expectation, other: Expectation): boolean {
  return one.measure === other.measure && one.during === other.during && one.limit.text === other.limit.text;
}

function missing({ measure, during, limit }: Expectation): string {
  return `${words(measure, during)} ${limit.text}: it was not looked at`;
}

function accountingFaults({ accounting: { remainder, binsRemainder = 0, unexplained } }: Findings): string[] {
  return [
    ...(remainder === 0 ? [] : [`${remainder} requests were sent and are not accounted for`]),
    ...(binsRemainder === 0 ? [] : [`the balancer's bins and its records differ by ${binsRemainder}`]),
    ...(unexplained === 0 ? [] : [`${unexplained} requests are unexplained`]),
  ];
}

function brokenIn({ halted, outcomes, probes, phases }: Findings): string[] {
  return [
    ...(halted === undefined ? [] : [`halted: ${halted}`]),
    ...(halted === undefined && neverRecovered(phases) ? ['it was not well again within the drill'] : []),
    ...outcomes.filter(({ result }) => result === 'broken').map(textOf),
    ...probes
      .filter(({ ok }) => !ok)
      .map(
        ({ name, good, bad, saw = 'it never looked' }) =>
          `probe ${name}: ${bad} of ${good + bad} were bad: ${saw}`,
      ),
  ];
}

/** A halt may have come before their time. */
function blindProbes({ probes, halted }: Findings): string[] {
  if (halted !== undefined) return [];
  return probes.filter((probe) => !hasLooked(probe)).map(({ name }) => `probe ${name} never looked`);
}

function hasLooked({ good, bad }: ProbeOutcome): boolean {
  return good + bad > 0;
}

/** Though everything had been taken back, or was over, while it still went on. */
function neverRecovered({ undone, recovered, end }: Findings['phases']): boolean {
  return recovered === undefined && undone !== undefined && end !== undefined && undone <= end;
}

function undecidedIn({ outcomes }: Findings): string[] {
  return outcomes.filter(({ result }) => result === 'undecided').map(textOf);
}

function textOf({ expectation: { measure, limit, during }, measured, why }: ExpectationOutcome): string {
  const found =
    measured?.value === undefined || measured.broken ? '' : `, measured ${figure(measure, measured)}`;
  return `${words(measure, during)} ${limit.text}${found}${why === undefined ? '' : `: ${why}`}`;
}

function words(measure: string, during: Expectation['during']): string {
  return during === 'drill'
    ? measure
    : `${measure} ${during === 'calm' ? 'without a fault' : 'during the fault'}`;
}

function figure(measure: Expectation['measure'], { value = 0, uncertainty }: Measured): string {
  const unit = unitOfMeasure[measure];
  if (unit === 'share') return `${Number((value * 100).toFixed(3))}%`;
  if (unit === 'count') return String(value);
  const around = uncertainty > 0 ? ` ± ${Math.ceil(uncertainty)}` : '';
  return `${Math.round(value)}${around} ms`;
}
