// Makes evidence of what one run showed, and has it judged.

import type { LabelSummary, LoadResults } from '../../load/results/load-results.ts';
import { measures } from '../scenario/scenario.ts';
import type { Measured, ProbeOutcome, RunEvidence } from '../verdict/evidence.ts';
import { expectationOutcomes } from '../verdict/expectations.ts';
import { verdictOf } from '../verdict/verdict.ts';
import type { FaultRun } from './fault-run.ts';
import { type Findings, findingsOf } from './findings.ts';
import type { Played } from './play.ts';
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
    invalid: [...new Set([...played.invalid, ...problemsOf(given), ...load.invalid, ...blindness(scene)])],
    remains: faults.flatMap(({ state }) => state.remains),
    ...(halted === undefined ? {} : { halted }),
    clockUncertaintyMs: scene.observer.clockUncertaintyMs,
  };
  return { ...evidence, ...verdictOf(scenario, evidence) };
}

/** Why faults did not take hold. What an early end has cut short needs no other reason. */
function problemsOf({ faults, played }: Gathering): string[] {
  if (played.halted !== undefined || played.invalid.length > 0) return [];
  return faults.flatMap(({ options, state: { proof, problem } }) =>
    proof || problem === undefined ? [] : [`${options.fault.name} ${problem}`],
  );
}

interface EndOfLoad {
  readonly summary: LabelSummary;
  readonly invalid: readonly string[];
}

async function endOfLoad(scene: Scene): Promise<EndOfLoad> {
  try {
    const results = await scene.end();
    return { summary: results.total, invalid: saturation(results) };
  } catch (error) {
    return { summary: nothing, invalid: [`the load broke: ${(error as Error).message}`] };
  }
}

function saturation({ saturation: { isSaturated, reasons } }: LoadResults): string[] {
  return isSaturated ? reasons.map((reason) => `the generator was saturated: ${reason}`) : [];
}

/** Records that could be read at first, and then could not. */
function blindness({ records }: Scene): string[] {
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
