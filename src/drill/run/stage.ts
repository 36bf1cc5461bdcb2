// What has to be there before a drill and gone after it: its application, a target that answers, and somebody who takes everything back.

import { recoverJournals } from '../fault/undo/recover-journals.ts';
import { UndoKeeper } from '../fault/undo/undo-keeper.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { headed, joined, type Told, ToldError, told, toldOf } from '../told.ts';
import { notTakenBack } from '../verdict/reasons.ts';
import { TargetWatch } from '../world/target-watch.ts';
import type { World } from '../world/world.ts';
import { stepsToRemove } from './application.ts';
import type { DrillOptions } from './drill-options.ts';
import { DrillRefused } from './drill-refused.ts';
import { assertPossible } from './preflight.ts';

/** What the keeper knows the application by. */
const application = 'application';

export interface Stage {
  readonly scenario: Scenario;
  readonly world: World;
  readonly options: DrillOptions;
  readonly keeper: UndoKeeper;
  readonly watch: TargetWatch;
}

/**
 * Resolves with what `work` made, and with what of the application could not be taken away again. Rejects with DrillRefused when it cannot
 * begin, and otherwise as the work does; everything has been taken back then. With a ToldError that lists what could not be.
 */
export async function onStage<T>(
  scenario: Scenario,
  world: World,
  options: DrillOptions,
  work: (stage: Stage) => Promise<T>,
): Promise<{ readonly result: T; readonly remains: readonly Told[] }> {
  await recoverEarlier(world, options);
  const keeper = await UndoKeeper.start(world, `${scenario.name}-${process.pid}-${Date.now()}`);
  try {
    await apply(scenario, world, keeper, options);
    const result = await withWatch(scenario, world, async (watch) => {
      const isNew = scenario.application.length > 0;
      const { signal, onProgress } = options;
      await assertPossible({ scenario, world, watch, signal, onProgress, isNew });
      return work({ scenario, world, options, keeper, watch });
    });
    return { result, remains: await keeper.undo(application) };
  } catch (error) {
    const remains = await keeper.undoAll();
    if (remains.length === 0) throw error;
    throw failedWithRemains(error, remains);
  } finally {
    await keeper.close();
  }
}

/** Not wrong usage any more, whatever it was: something has been done. */
export function failedWithRemains(error: unknown, remains: readonly Told[]): ToldError {
  const left = notTakenBack(joined(remains, '; '));
  return new ToldError(joined([toldOf(error), left], '; '), { cause: error });
}

const leftBehind = told(
  'an earlier drill has left something behind',
  'un simulacro anterior ha dejado algo sin deshacer',
);
const unwatchable = told('the API cannot be watched', 'no se puede seguir la API');

/** What a run that was killed has left would be taken for a finding of this one. */
async function recoverEarlier(world: World, { onProgress }: DrillOptions): Promise<void> {
  const { recovered, remains } = await recoverJournals(world);
  for (const drill of recovered) onProgress({ type: 'recovered-earlier', drill });
  if (remains.length > 0) throw new DrillRefused(headed(leftBehind, joined(remains, '; ')));
}

async function apply(
  { application: files }: Scenario,
  world: World,
  keeper: UndoKeeper,
  { applications, signal, onProgress }: DrillOptions,
): Promise<void> {
  if (files.length === 0) return;
  onProgress({ type: 'applying', files });
  try {
    keeper.pledge(application, await stepsToRemove(world, await applications.read(files)));
    await applications.apply(files, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new DrillRefused(toldOf(error), { cause: error });
  }
}

async function withWatch<T>(
  { target }: Scenario,
  world: World,
  work: (watch: TargetWatch) => Promise<T>,
): Promise<T> {
  const watch = new TargetWatch(world, target);
  try {
    await watch.start();
  } catch (error) {
    await watch.close();
    throw new DrillRefused(headed(unwatchable, toldOf(error)), { cause: error });
  }
  try {
    return await work(watch);
  } finally {
    await watch.close();
  }
}
