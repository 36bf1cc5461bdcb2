// relevo load run: runs a plan, or asks one address, and shows what came of it.

import { Command } from 'commander';
import type { Language } from '../base/language.ts';
import type { Plan } from '../load/plan/plan.ts';
import { LiveView } from '../load/report/live/live-view.ts';
import { textReport } from '../load/report/text-report.ts';
import { writeReport } from '../load/report/write-report.ts';
import type { LoadResults } from '../load/results/load-results.ts';
import { resultsText } from '../load/results/results-file.ts';
import { parseThreshold, ThresholdError } from '../load/results/thresholds.ts';
import { targetsOf, unreachable } from '../load/run/check-targets.ts';
import type { LoadRun } from '../load/run/load-run.ts';
import { startLoadRun } from '../load/run/start-load-run.ts';
import { countOf } from './count.ts';
import { UsageError } from './errors.ts';
import { interruption } from './interruption.ts';
import { aboutRun } from './load-about.ts';
import { duration, type PlanOptions, planFor, rate, several } from './load-plan.ts';
import { type OutputFormat, outputOption } from './output.ts';
import { refuse } from './refuse.ts';
import { languageIn, messagesOf, withCommonOptions } from './verb.ts';

const summary = 'run a load plan (YAML or .jmx), or ask one address';
const patienceMs = 5_000;
/** After Ctrl-C: what is not answered by then is cut. */
const stopWithinMs = 2_000;
/** STYLE: the exit code of what cannot be decided. */
const inconclusive = 3;

interface Options extends PlanOptions {
  out?: string;
  workers?: number;
  output: OutputFormat;
}

export function runCommand(): Command {
  return withCommonOptions(new Command('run'))
    .summary(summary)
    .description(summary)
    .argument('<plan|url>', 'a plan, or an address that is asked again and again')
    .option('--out <folder>', 'a new folder for report.html, results.json, results.jtl and aggregate.csv')
    .option(
      '--users <count>',
      'users who ask, each waiting for its answer (default: 1)',
      countOf('users', 100_000),
    )
    .option('--ramp-up <duration>', 'the time in which all users start', duration)
    .option(
      '--loops <count>',
      'how often each user asks (default: once, or as long as --duration)',
      countOf('loops', 1e9),
    )
    .option('--rate <rate>', 'instead of users: so many requests begin, such as 50/s', rate)
    .option('--duration <duration>', 'how long it goes on', duration)
    .option('--think <duration>', 'how long a user waits before each request', duration)
    .option('-X, --method <method>', 'of the requests', 'GET')
    .option('-H, --header <header>', 'of the requests: "Name: value"; several times', several, [])
    .option('--data <body>', 'of the requests')
    .option('--no-keep-alive', 'a new connection for each request')
    .option(
      '--threshold <threshold>',
      'what the exit code depends on: "p99<250ms", "errors<0.1%"; several times',
      several,
      [],
    )
    .option('-J, --property <name=value>', 'what __P(name) gives in a plan; several times', several, [])
    .option('--skip-unsupported', 'run a .jmx without what is not supported, instead of not at all', false)
    .option(
      '--workers <count>',
      'processes that ask (default: one, or one for each core where much is asked)',
      countOf('workers', 64),
    )
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nThe exit code is 0, 1 when a threshold was not met, 3 when the generator was too slow to tell, 2 when nothing was started.',
    )
    .action(run);
}

async function run(what: string, options: Options, self: Command): Promise<void> {
  const signal = interruption();
  const language = languageIn(self);
  const plan = await checked(planOf(what, options));
  const { out: folder, workers, output } = options;
  const about = aboutRun(process.argv.slice(2));
  const started = await startLoadRun({ plan, folder, workers, about }).catch((error: Error) => {
    throw new UsageError(error.message, { cause: error });
  });
  const results = await watched(started, plan, {
    signal,
    language,
    stopping: messagesOf(self).load.stopping(),
  });
  process.stdout.write(output === 'json' ? resultsText(results) : `${textReport(results, language)}`);
  if (folder !== undefined) {
    const page = writeReport(folder, results, language);
    if (output === 'text') process.stdout.write(`\n${messagesOf(self).load.report(page)}\n`);
  }
  process.exitCode = exitCodeFor(results, signal);
}

function planOf(what: string, options: Options): Plan {
  try {
    for (const threshold of options.threshold) parseThreshold(threshold);
    return planFor(what, options, (line) => process.stderr.write(`relevo: ${line}\n`));
  } catch (error) {
    if (error instanceof ThresholdError) throw new UsageError(error.message, { cause: error });
    return refuse(error);
  }
}

/** Somebody has to be there to be asked. */
async function checked(plan: Plan): Promise<Plan> {
  const [problem] = await unreachable(targetsOf(plan), patienceMs);
  if (problem !== undefined) throw new UsageError(`${problem}: nothing was started`);
  return plan;
}

interface Watching {
  readonly signal: AbortSignal;
  readonly language: Language;
  readonly stopping: string;
}

/** On standard error: the result alone is what is printed. */
async function watched(started: LoadRun, plan: Plan, watching: Watching): Promise<LoadResults> {
  const view = new LiveView(process.stderr, watching.language);
  view.watch(started, plan);
  try {
    return await resultsOf(started, watching, () => view.close());
  } finally {
    view.close();
  }
}

/** Ctrl-C ends it in good order: requests under way may end, but not for long, and what was measured is shown. */
async function resultsOf(
  started: LoadRun,
  { signal, stopping }: Watching,
  beforeStopping: () => void,
): Promise<LoadResults> {
  let patience: NodeJS.Timeout | undefined;
  const stop = () => {
    beforeStopping();
    process.stderr.write(`${stopping}\n`);
    started.stop('gracefully');
    patience = setTimeout(() => started.stop('now'), stopWithinMs);
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await started.finished;
  } finally {
    clearTimeout(patience);
    signal.removeEventListener('abort', stop);
  }
}

function exitCodeFor({ thresholds, saturation }: LoadResults, { aborted }: AbortSignal): number {
  if (aborted) return 130;
  if (thresholds.length === 0) return 0;
  if (saturation.isSaturated) return inconclusive;
  return thresholds.every(({ ok }) => ok) ? 0 : 1;
}
