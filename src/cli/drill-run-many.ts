// relevo drill run A B …, --all, --evaluation: many drills, one table.

import path from 'node:path';
import type { Language } from '../base/language.ts';
import { isOfCatalogue, readCatalogue } from '../drill/catalogue.ts';
import { drillsOfQuestions } from '../drill/evaluation/evaluate.ts';
import { type AllResults, allJsonOf } from '../drill/report/all-results.ts';
import { allText } from '../drill/report/all-text.ts';
import { wordsFor } from '../drill/report/words/words.ts';
import { writeAllReport, writeDrillReport } from '../drill/report/write-drill-report.ts';
import type { DrillOptions } from '../drill/run/drill-options.ts';
import { type Attempt, evaluation, runSeveral, verdictOfAll } from '../drill/run/run-several.ts';
import type { Scenario } from '../drill/scenario/scenario.ts';
import type { World } from '../drill/world/world.ts';
import { knownDrill } from './drill-file.ts';
import type { ProgressView } from './drill-progress.ts';
import { UsageError } from './errors.ts';
import { type OutputFormat, printResult } from './output.ts';

export interface ManyOptions {
  readonly drills: readonly ChosenDrill[];
  readonly evaluation: boolean;
  readonly folder: string;
  readonly language: Language;
  readonly output: OutputFormat;
  readonly view: ProgressView;
  /** For one of them, as it was asked for, with its own folder. */
  readonly optionsFor: (what: string, folder: string) => DrillOptions;
}

export interface ChosenDrill {
  /** A file or a name: how it is asked for. */
  readonly what: string;
  readonly scenario: Scenario;
  /** Questions name drills of the catalogue: only those may answer them. */
  readonly isOfCatalogue: boolean;
}

/** Those named; without a name all of the catalogue, or those that the questions need. Throws UsageError; nothing has been started. */
export function chosenDrills(named: readonly string[], all: boolean): ChosenDrill[] {
  if (named.length === 0) {
    const catalogue = readCatalogue().map((scenario) => chosen(scenario.name, scenario));
    return catalogue.filter(({ what }) => all || drillsOfQuestions.includes(what));
  }
  const drills = named.map((what) => chosen(what, knownDrill(what)));
  for (const [at, { scenario, what }] of drills.entries()) {
    const twin = drills.slice(0, at).find((other) => other.scenario.name === scenario.name);
    if (twin)
      throw new UsageError(
        `${twin.what} and ${what} are both called "${scenario.name}", as the folder of its report is: rename one`,
      );
  }
  return drills;
}

function chosen(what: string, scenario: Scenario): ChosenDrill {
  return { what, scenario, isOfCatalogue: isOfCatalogue(scenario) };
}

/** Of the drills that may answer questions. */
export function answering(drills: readonly ChosenDrill[], attempts: readonly Attempt[]): Attempt[] {
  const known = new Set(drills.flatMap(({ scenario, isOfCatalogue }) => (isOfCatalogue ? [scenario] : [])));
  return attempts.filter(({ scenario }) => known.has(scenario));
}

/** Resolves with the verdict over all of them; undefined: none could be begun here. */
export async function runMany(world: World, options: ManyOptions): Promise<ReturnType<typeof verdictOfAll>> {
  const { drills, folder, language, view } = options;
  const [startedAt, begun] = [Date.now(), performance.now()];
  const scenarios = drills.map(({ scenario }) => scenario);
  const words = wordsFor(language);
  const optionsFor = ({ name }: Scenario, index: number) => {
    view.line(words.progress.drill(name, index + 1, drills.length));
    return options.optionsFor(drills[index]?.what ?? name, path.join(folder, name));
  };
  const attempts = await runSeveral(scenarios, world, optionsFor, (attempt) => tell(attempt, options));
  const answered = await answers(world, options, attempts);
  const durationMs = performance.now() - begun;
  const all: AllResults = { attempts, startedAt, durationMs, ...(answered ? { answered } : {}) };
  view.clear();
  const page = writeAllReport(folder, all, language);
  printResult(options.output, allJsonOf(all), () => allText(all, language, process.stdout.columns));
  process.stderr.write(`${words.progress.report(path.relative(process.cwd(), page) || page)}\n`);
  return verdictOfAll(attempts);
}

/** Each has its report at once: who ends it half-way keeps what there is. */
function tell({ scenario, result, refused }: Attempt, { folder, language, view }: ManyOptions): void {
  if (result) writeDrillReport(path.join(folder, scenario.name), result, language);
  else view.line(`${wordsFor(language).answers.impossible}: ${refused?.[language]}`);
}

async function answers(
  world: World,
  options: ManyOptions,
  attempts: readonly Attempt[],
): Promise<AllResults['answered']> {
  const [stage] = options.drills;
  if (!options.evaluation || !stage) return undefined;
  const own = options.optionsFor(stage.what, options.folder);
  if (own.signal.aborted) return undefined;
  return evaluation(stage.scenario, world, own, answering(options.drills, attempts));
}
