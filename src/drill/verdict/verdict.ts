// The verdict of a drill, in the order of DRILLS.md: a measurement that is not valid is inconclusive, a broken expectation a fail, and only
// what is left a pass. Pure: it knows nothing but the evidence, so that anyone can check it. Wrong usage never comes here.

import type { Expectation, Scenario } from '../scenario/scenario.ts';
import { headed, type Told } from '../told.ts';
import type { ExpectationOutcome, FaultEvidence, ProbeOutcome, RunEvidence, Verdict } from './evidence.ts';
import { hitsNeeded, samplesNeeded, samplesNeededInWindow } from './needs.ts';
import {
  badProbe,
  binsDiffer,
  blindProbe,
  fewHits,
  fewSamples,
  haltedFor,
  missing,
  neverSteady,
  noCalm,
  nothingRun,
  notTakenBack,
  notWellAgain,
  runCalled,
  textOf,
  unaccounted,
  unclear,
  unknownHits,
  unprovenFault,
} from './reasons.ts';

export interface Judgement {
  readonly verdict: Verdict;
  /** Why it is not a pass, the weightiest first. A line each. */
  readonly reasons: readonly Told[];
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
  const remains = run.remains.map(notTakenBack);
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
  if (runs.length === 0) return { verdict: 'inconclusive', reasons: [nothingRun] };
  const verdict = (['fail', 'inconclusive'] as const).find((one) => runs.some((run) => run.verdict === one));
  const inOrder = runs
    .map((run, index) => ({ ...run, index }))
    .sort((one, other) => weight[one.verdict] - weight[other.verdict]);
  const reasons = inOrder.flatMap(({ reasons, index }) =>
    reasons.map((reason) => (runs.length === 1 ? reason : headed(runCalled(index), reason))),
  );
  return { verdict: verdict ?? 'pass', reasons };
}

const weight: Readonly<Record<Verdict, number>> = { fail: 0, inconclusive: 1, pass: 2 };

/** Why the figures may not be used. */
function invalidity(
  { faults, expectations }: Pick<Scenario, 'faults' | 'expectations'>,
  run: Findings,
): Told[] {
  return [
    ...run.invalid,
    ...unreachedPhases(run),
    ...faults.flatMap(({ fault }, step) => unproven(fault, step, run)),
    ...run.faults.flatMap((evidence) => tooLittle(evidence, expectations, run.accounting.why)),
    ...run.outcomes.filter(isTooThin).map(textOf),
    ...expectations.filter((expectation) => !isDecided(expectation, run)).map(missing),
    ...blindProbes(run),
    ...accountingFaults(run),
  ];
}

function unreachedPhases({ phases, invalid }: Findings): Told[] {
  if (phases.steady === undefined) return invalid.length > 0 ? [] : [neverSteady];
  return phases.calm === undefined ? [noCalm] : [];
}

/** One that a halt forestalled is not held against the drill when another one has taken hold: that is what the halt is about. */
function unproven(name: string, step: number, { faults, halted, phases, invalid }: Findings): Told[] {
  const isExplained = phases.steady === undefined || (phases.fault === undefined && invalid.length > 0);
  if (isExplained) return [];
  const evidence = faults.find((one) => one.step === step);
  if (evidence?.proof) return [];
  const wasForestalled = evidence?.injectedAt === undefined && halted !== undefined;
  if (wasForestalled && faults.some(({ proof }) => proof !== undefined)) return [];
  return [unprovenFault(name)];
}

/** `noRecords`: why nobody knows who answered; undefined: it is known. */
function tooLittle(
  evidence: FaultEvidence,
  expectations: readonly Expectation[],
  noRecords: Told | undefined,
): Told[] {
  const { name, victims, samplesInWindow, hitsOnVictimsBefore } = evidence;
  if (!evidence.proof) return [];
  const samples = Math.max(0, ...expectations.map(samplesNeededInWindow));
  const hits = Math.max(0, ...expectations.map(hitsNeeded));
  const hasVictims = victims.pods.length + victims.nodes.length > 0;
  const isUnknown = hits > 0 && noRecords !== undefined;
  const few = isUnknown ? unknownHits(name, noRecords) : fewHits(name, hitsOnVictimsBefore, hits);
  return [
    ...(samplesInWindow >= samples ? [] : [fewSamples(name, samplesInWindow, samples)]),
    ...(hasVictims && hitsOnVictimsBefore < hits ? [few] : []),
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

function accountingFaults({ accounting: { remainder, binsRemainder = 0, unexplained } }: Findings): Told[] {
  return [
    ...(remainder === 0 ? [] : [unaccounted(remainder)]),
    ...(binsRemainder === 0 ? [] : [binsDiffer(binsRemainder)]),
    ...(unexplained === 0 ? [] : [unclear(unexplained)]),
  ];
}

function brokenIn({ halted, outcomes, probes, phases }: Findings): Told[] {
  return [
    ...(halted === undefined ? [] : [haltedFor(halted)]),
    ...(halted === undefined && neverRecovered(phases) ? [notWellAgain] : []),
    ...outcomes.filter(({ result }) => result === 'broken').map(textOf),
    ...probes.filter((probe) => !probe.ok && hasLooked(probe)).map(badProbe),
  ];
}

/** A halt may have come before their time. */
function blindProbes({ probes, halted }: Findings): Told[] {
  if (halted !== undefined) return [];
  return probes.filter((probe) => !hasLooked(probe)).map(blindProbe);
}

function hasLooked({ good, bad }: ProbeOutcome): boolean {
  return good + bad > 0;
}

/** Though everything had been taken back, or was over, while it still went on. */
function neverRecovered({ undone, recovered, end }: Findings['phases']): boolean {
  return recovered === undefined && undone !== undefined && end !== undefined && undone <= end;
}

function undecidedIn({ outcomes }: Findings): Told[] {
  return outcomes.filter(({ result }) => result === 'undecided').map(textOf);
}
