// Makes evidence of what one run showed, and has it judged.

import { signText } from '../../load/report/facts.ts';
import { Figures } from '../../load/report/figures.ts';
import { en } from '../../load/report/words/en.ts';
import { es } from '../../load/report/words/es.ts';
import type { LabelSummary, LoadResults } from '../../load/results/load-results.ts';
import { measures } from '../scenario/scenario.ts';
import { headed, type Told, told, toldOf } from '../told.ts';
import type { Measured, ProbeOutcome, RunEvidence } from '../verdict/evidence.ts';
import { expectationOutcomes } from '../verdict/expectations.ts';
import { verdictOf } from '../verdict/verdict.ts';
import type { FaultRun } from './fault-run.ts';
import { type Findings, findingsOf } from './findings.ts';
import { loadBroke, type Played } from './play.ts';
import type { Scene } from './scene.ts';

export interface Gathering {
  readonly scene: Scene;
  readonly played: Played;
  readonly faults: readonly FaultRun[];
  readonly probes: readonly ProbeOutcome[];
  readonly index: number;
  readonly seed: number;
}

/** Ends the scene first: what is under way is part of the evidence. */
export async function gather(given: Gathering): Promise<RunEvidence> {
  const { scene, played, faults, probes, index, seed } = given;
  const { scenario } = scene.options;
  const load = await endOfLoad(scene);
  const findings = findingsOf(given);
  const { halted } = played;
  const evidence: Omit<RunEvidence, 'verdict' | 'reasons'> = {
    // Graphs begin with the first request, and so does what is counted from it.
    ...{ index, seed, probes, phases: { ...played.phases, load: scene.samples.earliest } },
    faults: findings.faults,
    measured: measuredOver(findings),
    outcomes: expectationOutcomes(scenario, (measure, during) => findings.measured(measure, during)),
    timeline: findings.timeline,
    accounting: findings.accounting,
    load: load.summary,
    series: findings.series,
    invalid: each([...played.invalid, ...problemsOf(given), ...load.invalid, ...blindness(scene)]),
    remains: faults.flatMap(({ state }) => state.remains),
    ...(halted === undefined ? {} : { halted }),
    clockUncertaintyMs: scene.observer.clockUncertaintyMs,
  };
  return { ...evidence, ...verdictOf(scenario, evidence) };
}

/** What was found out in two places is told once. */
function each(all: readonly Told[]): Told[] {
  return [...new Map(all.map((one) => [one.en, one])).values()];
}

/** Why faults did not take hold. What an early end has cut short needs no other reason. */
function problemsOf({ faults, played }: Gathering): Told[] {
  if (played.halted !== undefined || played.invalid.length > 0) return [];
  return faults.flatMap(({ state: { proof, problem } }) => (proof || problem === undefined ? [] : [problem]));
}

interface EndOfLoad {
  readonly summary: LabelSummary;
  readonly invalid: readonly Told[];
}

async function endOfLoad(scene: Scene): Promise<EndOfLoad> {
  try {
    const results = await scene.end();
    return { summary: results.total, invalid: saturation(results) };
  } catch (error) {
    return { summary: nothing, invalid: [headed(loadBroke, toldOf(error))] };
  }
}

const saturated = told('the generator was saturated', 'el generador estaba saturado');

/** In the words that the load's own report has for each sign. */
export function saturation({ saturation: { isSaturated, signs } }: Pick<LoadResults, 'saturation'>): Told[] {
  if (!isSaturated) return [];
  const figures = { en: new Figures('en'), es: new Figures('es') };
  return signs.map((sign) =>
    headed(saturated, told(signText(sign, en, figures.en), signText(sign, es, figures.es))),
  );
}

/** Records that could be read at first, and then could not. */
function blindness({ records }: Scene): Told[] {
  return records?.problem === undefined ? [] : [records.problem];
}

function measuredOver(findings: Findings): Partial<Record<(typeof measures)[number], Measured>> {
  const all = measures.map((measure) => [measure, findings.measured(measure, 'drill')] as const);
  return Object.fromEntries(all.filter(([, measured]) => measured !== undefined));
}

const none = { mean: 0, min: 0, max: 0, deviation: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0 };

/** Of a load whose results are lost. */
const nothing: LabelSummary = {
  ...{ label: 'TOTAL', isTransaction: false, count: 0, failed: 0, sorry: 0, shed: 0, naive: none },
  ...{ throughputPerSecond: 0, receivedKbPerSecond: 0, sentKbPerSecond: 0, meanBytes: 0, errors: [] },
};
