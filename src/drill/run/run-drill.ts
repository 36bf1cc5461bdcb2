// Carries out a drill from its preparation to its verdict, as often as it is to be repeated. What it did is taken back before it resolves.

import { randomInt } from 'node:crypto';
import { machineTime } from '../../base/machine-time.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Told } from '../told.ts';
import type { DrillResult, RunEvidence } from '../verdict/evidence.ts';
import { notTakenBack } from '../verdict/reasons.ts';
import { verdictOfRepeats } from '../verdict/verdict.ts';
import type { World } from '../world/world.ts';
import type { DrillOptions } from './drill-options.ts';
import { oneRun } from './one-run.ts';
import { onStage, type Stage } from './stage.ts';
import { versionsOf } from './versions.ts';

/** New seeds are whole numbers below it, so that they can be read aloud. */
const seeds = 1_000_000;

/**
 * Rejects with DrillRefused (or FileFaults, PlanError) when it cannot be started at all: nothing is left behind then. An aborted signal is no
 * rejection once the load has begun: the result says that it was interrupted.
 */
export async function runDrill(
  scenario: Scenario,
  world: World,
  options: DrillOptions,
): Promise<DrillResult> {
  const startedAt = Date.now();
  const begun = machineTime();
  const seed = options.seed ?? scenario.seed ?? randomInt(seeds);
  const { result, remains } = await onStage(scenario, world, options, async (stage) => ({
    runs: await allRuns(stage, seed),
    versions: await versionsOf(world),
  }));
  const { versions } = result;
  const whole = withRemains(result.runs, remains);
  return {
    ...{ scenario, seed, startedAt, durationMs: machineTime() - begun, runs: whole },
    ...verdictOfRepeats(whole),
    ...{ command: `${options.command} --seed ${seed}`, versions },
  };
}

/** Each with a seed of its own, which chooses the same victims when it is the only one. */
async function allRuns(stage: Stage, seed: number): Promise<RunEvidence[]> {
  const { scenario, options } = stage;
  const of = options.repeats ?? scenario.repeats;
  const runs: RunEvidence[] = [];
  for (let index = 0; index < of && !options.signal.aborted; index++) {
    const own = seed + index;
    options.onProgress({ type: 'run', index, of, seed: own });
    const run = await oneRun({ ...stage, index, of, seed: own });
    options.onProgress({ type: 'verdict', index, verdict: run.verdict, reasons: run.reasons });
    runs.push(run);
    // Whatever comes next would meet what could not be taken back.
    if (run.remains.length > 0) break;
  }
  return runs;
}

/** An application that does not go is left behind as much as a fault is. */
function withRemains(runs: readonly RunEvidence[], remains: readonly Told[]): RunEvidence[] {
  const last = runs.at(-1);
  if (!last || remains.length === 0) return [...runs];
  const reasons = [...remains.map(notTakenBack), ...last.reasons];
  return [
    ...runs.slice(0, -1),
    { ...last, verdict: 'fail', reasons, remains: [...last.remains, ...remains] },
  ];
}
