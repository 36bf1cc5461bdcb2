// One run of a drill: a scene is opened, played and closed, and what it showed is gathered.

import path from 'node:path';
import { rateOf } from '../../load/plan/yaml/read-plan.ts';
import type { UndoKeeper } from '../fault/undo/undo-keeper.ts';
import type { FaultStep, Scenario } from '../scenario/scenario.ts';
import { toldOf } from '../told.ts';
import type { RunEvidence } from '../verdict/evidence.ts';
import type { TargetWatch } from '../world/target-watch.ts';
import type { World } from '../world/world.ts';
import { loadInWords, planOfSurge } from './drill-load.ts';
import type { DrillOptions } from './drill-options.ts';
import { DrillRefused } from './drill-refused.ts';
import { FaultRun } from './fault-run.ts';
import { gather } from './gather.ts';
import { Play } from './play.ts';
import { faultOf } from './preflight.ts';
import { ProbeWatch } from './probes/probe-watch.ts';
import { Scene } from './scene.ts';

export interface OneRun {
  readonly scenario: Scenario;
  readonly world: World;
  readonly options: DrillOptions;
  readonly keeper: UndoKeeper;
  readonly watch: TargetWatch;
  readonly index: number;
  readonly of: number;
  readonly seed: number;
}

/** Rejects only when the load cannot begin, or its own results cannot be written. */
export async function oneRun(run: OneRun): Promise<RunEvidence> {
  const { scenario, world, watch, options, index, seed } = run;
  const { signal, onProgress } = options;
  const scene = await open(run);
  try {
    onProgress({ type: 'load', what: loadInWords(scenario), url: watch.view().url });
    const faults = scenario.faults.map((step, at) => faultRun(run, scene, step, at));
    const probes = new ProbeWatch(scenario.probes, {
      ...{ world, target: () => watch.view() },
      answersSince: scene.records && ((since) => answersSince(scene, since)),
    });
    const played = await new Play({ scene, faults, probes, signal, onProgress }).run();
    onProgress({ type: 'gathering' });
    return await gather({ scene, played, faults, probes: probes.outcomes(), index, seed });
  } finally {
    await scene.close();
  }
}

/** A folder for each run, where there are several. */
function open({ scenario, world, watch, options, index, of }: OneRun): Promise<Scene> {
  const folder =
    options.folder === undefined || of === 1 ? options.folder : path.join(options.folder, `run-${index + 1}`);
  return Scene.open({ scenario, world, watch, ...(folder === undefined ? {} : { folder }) }).catch(
    (error: Error) => {
      throw new DrillRefused(toldOf(error), { cause: error });
    },
  );
}

function faultRun(run: OneRun, scene: Scene, step: FaultStep, at: number): FaultRun {
  const { scenario, world, watch, keeper, index, seed } = run;
  const folder = path.dirname(scenario.file);
  return new FaultRun({
    // Commands that a drill names lie beside its file, whatever the folder it is started from.
    step: step.fault === 'command' ? { ...step, parameters: { folder, ...step.parameters } } : step,
    ...{ index: at, fault: faultOf(step), seed, world, watch, keeper, key: `run ${index} fault ${at}` },
    answersOf: (uids, since) =>
      uids.reduce((sum, uid) => sum + (answersSince(scene, since).get(uid) ?? 0), 0),
    ...(step.fault === 'surge' ? { alongside: () => surge(scene, step) } : {}),
  });
}

function answersSince(scene: Scene, since: number): ReadonlyMap<string, number> {
  return scene.records?.answersBy(since, scene.observer.pods.values()) ?? new Map();
}

function surge(scene: Scene, { parameters }: FaultStep): Promise<() => Promise<void>> {
  const { scenario, watch } = scene.options;
  const path = parameters.path === undefined ? {} : { path: String(parameters.path) };
  const plan = planOfSurge(scenario, watch.view(), {
    ratePerSecond: rateOf(String(parameters.rate)),
    ...path,
  });
  return scene.surge(plan);
}
