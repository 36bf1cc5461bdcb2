// relevo drill run: carries out a drill, or many, and ends with the verdict.

import path from 'node:path';
import { Command } from 'commander';
import type { Language } from '../base/language.ts';
import { shellLine } from '../base/shell-words.ts';
import { drillText } from '../drill/report/drill-text.ts';
import { forgetFolder, reportFolder } from '../drill/report/report-folder.ts';
import { jsonOf } from '../drill/report/result-json.ts';
import { wordsFor } from '../drill/report/words/words.ts';
import { writeDrillReport } from '../drill/report/write-drill-report.ts';
import type { DrillOptions } from '../drill/run/drill-options.ts';
import { DrillRefused } from '../drill/run/drill-refused.ts';
import { runDrill } from '../drill/run/run-drill.ts';
import type { Scenario } from '../drill/scenario/scenario.ts';
import { ToldError } from '../drill/told.ts';
import type { Verdict } from '../drill/verdict/evidence.ts';
import type { World } from '../drill/world/world.ts';
import { type KubeconfigOptions, withKubeconfigOptions } from './any-cluster.ts';
import { countOf } from './count.ts';
import { applicationsOn } from './drill-applications.ts';
import { knownDrill } from './drill-file.ts';
import { ProgressView } from './drill-progress.ts';
import { withWorld } from './drill-world.ts';
import { UsageError } from './errors.ts';
import { interruption } from './interruption.ts';
import { type OutputFormat, outputOption, printResult } from './output.ts';
import { refuse } from './refuse.ts';
import { languageIn, optionsOf, withCommonOptions } from './verb.ts';

const summary = 'carry out a drill of yours or of the catalogue';

/** STYLE: the exit codes of verdicts. Where nothing could be begun, nothing was: wrong usage. */
export const exitCodes: Readonly<Record<Verdict, number>> = { pass: 0, fail: 1, inconclusive: 3 };
const notBegun = 2;
const interrupted = 130;

interface Options extends KubeconfigOptions {
  out?: string;
  seed?: number;
  repeats?: number;
  all: boolean;
  evaluation: boolean;
  output: OutputFormat;
}

export function runCommand(): Command {
  return withKubeconfigOptions(withCommonOptions(new Command('run')))
    .summary(summary)
    .description(summary)
    .argument('[file|name...]', 'files of drills, or names of "relevo drill list"; several make one table')
    .option('--all', 'the whole catalogue, as one availability report', false)
    .option('--evaluation', 'answer the questions that such systems are marked by', false)
    .option('--out <folder>', 'a new folder for the report (default: drills/NAME-TIME)')
    .option(
      '--seed <number>',
      'repeats the choice of victims that a report tells',
      countOf('seeds', 2 ** 32 - 1),
    )
    .option('--repeats <count>', 'how often (default: as the drill says)', countOf('repeats', 1_000))
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nThe exit code is 0 for pass, 1 for fail, 3 for inconclusive, 2 when nothing was started, 130 after Ctrl-C: what was done is taken back first.',
    )
    .action(run);
}

/** Everything that a run needs but the drill itself. */
interface Session {
  readonly self: Command;
  readonly options: Options;
  readonly signal: AbortSignal;
  readonly view: ProgressView;
}

async function run(named: readonly string[], options: Options, self: Command): Promise<void> {
  const { all, evaluation } = options;
  if (all ? named.length > 0 : named.length === 0 && !evaluation)
    throw new UsageError('name drills, or say --all or --evaluation; "relevo drill list" lists them');
  const view = new ProgressView(process.stderr, wordsFor(languageIn(self)));
  const session = { self, options, view, signal: interruption() };
  // What is waited for are timers that keep no process alive.
  const alive = setInterval(() => {}, 60_000);
  try {
    const [what] = named;
    const isOne = what !== undefined && named.length === 1 && !evaluation;
    const code = isOne ? await one(session, what) : await many(session, named);
    process.exitCode = session.signal.aborted ? interrupted : code;
  } catch (error) {
    refuse(inLanguage(error, languageIn(self)));
  } finally {
    clearInterval(alive);
    view.clear();
  }
}

/** What a drill has to say in every language, as this command speaks. */
export function inLanguage(error: unknown, language: Language): unknown {
  if (!(error instanceof ToldError)) return error;
  const message = error.told[language];
  return error instanceof DrillRefused
    ? new UsageError(message, { cause: error })
    : new Error(message, { cause: error });
}

async function one(session: Session, what: string): Promise<number> {
  const { self, options, view } = session;
  const scenario = knownDrill(what);
  const folder = folderFor(options, scenario.name);
  const language = languageIn(self);
  const result = await withWorld(self, options, (world) =>
    runDrill(scenario, world, drillOptions(session, world, what, folder)),
  ).catch((error) => {
    if (options.out === undefined) forgetFolder(folder);
    throw error;
  });
  view.clear();
  const page = writeDrillReport(folder, result, language);
  printResult(options.output, jsonOf(result), () => drillText(result, language, process.stdout.columns));
  const { progress } = wordsFor(language);
  process.stderr.write(`${progress.report(path.relative(process.cwd(), page) || page)}\n`);
  return exitCodes[result.verdict];
}

async function many(session: Session, named: readonly string[]): Promise<number> {
  const { self, options, view } = session;
  const { all, evaluation, output } = options;
  const { chosenDrills, runMany } = await import('./drill-run-many.ts');
  const drills = chosenDrills(named, all);
  const folder = folderFor(options, all ? 'all' : evaluation ? 'evaluation' : 'several');
  const verdict = await withWorld(self, options, (world) =>
    runMany(world, {
      ...{ drills, evaluation, output, folder, view, language: languageIn(self) },
      optionsFor: (what, own) => drillOptions(session, world, what, own),
    }),
  );
  return verdict === undefined ? notBegun : exitCodes[verdict];
}

function drillOptions(
  { self, options, signal, view }: Session,
  world: World,
  what: string,
  folder: string,
): DrillOptions {
  const { seed, repeats } = options;
  return {
    ...{ folder, signal, command: commandLine(self, what, options) },
    onProgress: (progress) => view.tell(progress),
    applications: applicationsOn(world),
    ...(seed === undefined ? {} : { seed }),
    ...(repeats === undefined ? {} : { repeats }),
  };
}

function folderFor({ out }: Options, name: Scenario['name']): string {
  try {
    return reportFolder(out, name, new Date());
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** For a shell; without the seed, which the result has. */
export function commandLine(
  self: Command,
  what: string,
  { kubeconfig, context, repeats }: Pick<Options, 'kubeconfig' | 'context' | 'repeats'>,
): string {
  const { name } = optionsOf(self);
  const given = { name, kubeconfig, context, repeats };
  const flags = Object.entries(given).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}`, `${value}`],
  );
  return shellLine(['relevo', 'drill', 'run', what, ...flags]);
}
