// relevo drill run --all, --evaluation: many drills, one table.

import path from 'node:path';
import { readCatalogue } from '../drill/catalogue.ts';
import { drillsOfQuestions } from '../drill/evaluation/evaluate.ts';
import { type AllResults, allJsonOf } from '../drill/report/all-results.ts';
import { allText } from '../drill/report/all-text.ts';
import { wordsFor } from '../drill/report/words/words.ts';
import { writeAllReport, writeDrillReport } from '../drill/report/write-drill-report.ts';
import type { DrillOptions } from '../drill/run/drill-options.ts';
import { type Attempt, evaluation, runSeveral, verdictOfAll } from '../drill/run/run-several.ts';
import type { Scenario } from '../drill/scenario/scenario.ts';
import type { World } from '../drill/world/world.ts';
import type { ProgressView } from './drill-progress.ts';
import type { Language } from './messages/messages.ts';
import { type OutputFormat, printResult } from './output.ts';

export interface ManyOptions {
  readonly all: boolean;
  readonly evaluation: boolean;
  readonly folder: string;
  readonly language: Language;
  readonly output: OutputFormat;
  readonly view: ProgressView;
  /** For one of them, with its own folder. */
  readonly optionsFor: (name: string, folder: string) => DrillOptions;
}

/** Resolves with the verdict over all of them; undefined: none could be begun here. */
export async function runMany(world: World, options: ManyOptions): Promise<ReturnType<typeof verdictOfAll>> {
  const { folder, language, view } = options;
  const [startedAt, begun] = [Date.now(), performance.now()];
  const scenarios = readCatalogue().filter(({ name }) => options.all || drillsOfQuestions.includes(name));
  const words = wordsFor(language);
  const optionsFor = (scenario: Scenario, index: number) => {
    view.line(words.progress.drill(scenario.name, index + 1, scenarios.length));
    return options.optionsFor(scenario.name, path.join(folder, scenario.name));
  };
  const attempts = await runSeveral(scenarios, world, optionsFor, (attempt) => tell(attempt, options));
  const answered = await answers(world, options, scenarios, attempts);
  const durationMs = performance.now() - begun;
  const all: AllResults = { attempts, startedAt, durationMs, ...(answered ? { answered } : {}) };
  view.clear();
  const page = writeAllReport(folder, all, language);
  printResult(options.output, allJsonOf(all), () => allText(all, language));
  process.stderr.write(`${words.progress.report(path.relative(process.cwd(), page) || page)}\n`);
  return verdictOfAll(attempts);
}

/** Each has its report at once: who ends it half-way keeps what there is. */
function tell({ scenario, result, refused }: Attempt, { folder, language, view }: ManyOptions): void {
  if (result) writeDrillReport(path.join(folder, scenario.name), result, language);
  else view.line(`${wordsFor(language).answers.impossible}: ${refused}`);
}

async function answers(
  world: World,
  options: ManyOptions,
  scenarios: readonly Scenario[],
  attempts: readonly Attempt[],
): Promise<AllResults['answered']> {
  const [stage] = scenarios;
  if (!options.evaluation || !stage) return undefined;
  const own = options.optionsFor(stage.name, options.folder);
  if (own.signal.aborted) return undefined;
  return evaluation(stage, world, own, attempts);
}
