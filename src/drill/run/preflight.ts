// What has to be so before anything is started: the application is there, its target answers, and every fault can be had here.

import { machineTime } from '../../base/machine-time.ts';
import { sleep } from '../../base/sleep.ts';
import { counted } from '../counted.ts';
import { faults as faultsByName } from '../fault/catalogue.ts';
import type { Fault } from '../fault/fault.ts';
import { checkTarget } from '../scenario/check-target.ts';
import type { FaultStep, Scenario } from '../scenario/scenario.ts';
import { headed, joined, type Told, told, toldOf } from '../told.ts';
import type { TargetWatch } from '../world/target-watch.ts';
import type { TargetView, World } from '../world/world.ts';
import { planOfDrill } from './drill-load.ts';
import { DrillRefused } from './drill-refused.ts';
import { ask } from './probes/http-look.ts';
import type { OnProgress } from './progress.ts';
import { replicasReady } from './recovery.ts';

export interface Readiness {
  readonly scenario: Scenario;
  readonly world: World;
  readonly watch: TargetWatch;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Somebody has just applied it: its pods take their time. */
  readonly isNew: boolean;
}

const lookMs = 250;
const newWithinMs = 60_000;
/** What was there before has to be there now; watches need a moment. */
const oldWithinMs = 5_000;

/** With parameters of their own where a drill cannot know them: a command runs in the folder of its file. Throws DrillRefused. */
export function faultOf(step: FaultStep): Fault {
  const fault = faultsByName.get(step.fault);
  if (fault) return fault;
  const names = [...faultsByName.keys()].join(', ');
  throw new DrillRefused(
    told(
      `there is no fault "${step.fault}"; there are ${names}`,
      `no hay ningún fallo «${step.fault}»; los hay: ${names}`,
    ),
  );
}

/** Resolves when users could be served; rejects with DrillRefused when they cannot, or a fault cannot be had here. */
export async function assertPossible(readiness: Readiness): Promise<void> {
  const view = await whenServing(readiness);
  const { scenario, world } = readiness;
  const wrong = checkTarget(scenario, view);
  if (wrong.length > 0) throw new DrillRefused(headed(scenario.name, joined(wrong, '; ')));
  for (const step of scenario.faults) {
    const why = await faultOf(step).impossible(world, view, step.parameters);
    if (why !== undefined) throw new DrillRefused(headed(notPossible(step.fault), why));
  }
  assertPlan(scenario, view);
}

/** A plan that cannot be run is found out now. */
function assertPlan(scenario: Scenario, view: TargetView): void {
  try {
    planOfDrill(scenario, view);
  } catch (error) {
    throw new DrillRefused(toldOf(error), { cause: error });
  }
}

async function whenServing(readiness: Readiness): Promise<TargetView> {
  const { world, watch, signal, onProgress, isNew } = readiness;
  const until = machineTime() + (isNew ? newWithinMs : oldWithinMs);
  for (;;) {
    const { view, problem } = await lookAt(watch, signal);
    signal.throwIfAborted();
    if (view && problem === undefined) return view;
    const isLate = machineTime() > until;
    // It answers, and is not whole: that it was broken before is a finding, not a mistake in the drill.
    if (view && isLate) return view;
    if (isLate) throw new DrillRefused(problem ? headed(noAnswer, problem) : noAnswer);
    onProgress({ type: 'starting', waitsFor: problem ?? noAnswer });
    await sleep(world.clock, lookMs, signal);
  }
}

interface Seen {
  /** Undefined: nobody answers there, whatever the answer would be. */
  readonly view?: TargetView;
  readonly problem?: Told;
}

async function lookAt(watch: TargetWatch, signal: AbortSignal): Promise<Seen> {
  try {
    const view = watch.view();
    await ask(new URL(view.url), view.host, signal);
    const problem = missing(view);
    return { view, ...(problem === undefined ? {} : { problem }) };
  } catch (error) {
    return { problem: toldOf(error) };
  }
}

function missing({ pods, wanted = 0 }: TargetView): Told | undefined {
  const ready = pods.filter((pod) => pod.ready && pod.role === 'primary').length;
  const waiting = pods.filter((pod) => !pod.ready).length;
  if (ready < wanted) return replicasReady(ready, wanted);
  return waiting > 0 ? notReadyYet(waiting) : undefined;
}

const noAnswer = told('the target does not answer', 'el objetivo no responde');

function notReadyYet(count: number): Told {
  return told(
    `${counted(count, 'replica is', 'replicas are')} not ready yet`,
    `${counted(count, 'réplica aún no está lista', 'réplicas aún no están listas')}`,
  );
}

function notPossible(fault: string): Told {
  return told(`${fault} is not possible here`, `${fault} no es posible aquí`);
}
