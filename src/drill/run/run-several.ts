// Carries out several drills one after the other, and asks the questions that such systems are marked by.

import { evaluate } from '../evaluation/evaluate.ts';
import type { Answered } from '../evaluation/question.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Told } from '../told.ts';
import type { DrillResult, Verdict } from '../verdict/evidence.ts';
import type { World } from '../world/world.ts';
import type { DrillOptions } from './drill-options.ts';
import { DrillRefused } from './drill-refused.ts';
import { runDrill } from './run-drill.ts';
import { onStage } from './stage.ts';

/** Of a drill that could not be begun here there is no result, but a reason. */
export interface Attempt {
  readonly scenario: Scenario;
  readonly result?: DrillResult;
  readonly refused?: Told;
}

/** What is another for each drill: its folder, its command. */
export type OptionsFor = (scenario: Scenario, index: number) => DrillOptions;

/** One after the other, until the signal is aborted. `onEnd` is told of each when it is over. Rejects when something remains that was not taken back before a drill. */
export async function runSeveral(
  scenarios: readonly Scenario[],
  world: World,
  optionsFor: OptionsFor,
  onEnd: (attempt: Attempt) => void,
): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    const options = optionsFor(scenario, index);
    if (options.signal.aborted) break;
    const attempt = await attempted(scenario, world, options);
    attempts.push(attempt);
    onEnd(attempt);
  }
  return attempts;
}

async function attempted(scenario: Scenario, world: World, options: DrillOptions): Promise<Attempt> {
  try {
    return { scenario, result: await runDrill(scenario, world, options) };
  } catch (error) {
    if (error instanceof DrillRefused) return { scenario, refused: error.told };
    throw error;
  }
}

/** Any fail is a fail, else any inconclusive is inconclusive; undefined: nothing could be run. */
export function verdictOfAll(attempts: readonly Attempt[]): Verdict | undefined {
  const verdicts = attempts.flatMap(({ result }) => result?.verdict ?? []);
  return (['fail', 'inconclusive', 'pass'] as const).find((verdict) => verdicts.includes(verdict));
}

/** `stage`: a drill whose application is there while the questions are asked. `attempts`: of drills of the catalogue, which questions name. */
export async function evaluation(
  stage: Scenario,
  world: World,
  options: DrillOptions,
  attempts: readonly Attempt[],
): Promise<Answered[]> {
  const results = new Map(
    attempts.flatMap(({ scenario, result }) => (result ? [[scenario.name, result]] : [])),
  );
  const refused = new Map(
    attempts.flatMap(({ scenario, refused: why }) => (why === undefined ? [] : [[scenario.name, why]])),
  );
  const { signal } = options;
  // Its faults need not be possible here.
  const { result } = await onStage({ ...stage, faults: [], expectations: [] }, world, options, ({ watch }) =>
    evaluate({ world, target: watch.view(), results, refused, signal }),
  );
  return result;
}
