// relevo load report: makes a run's page and table anew from its figures, in another language for example.

import { Command } from 'commander';
import { textReport } from '../load/report/text-report.ts';
import { writeReport } from '../load/report/write-report.ts';
import type { LoadResults } from '../load/results/load-results.ts';
import { readResults, resultsText } from '../load/results/results-file.ts';
import { UsageError } from './errors.ts';
import { type OutputFormat, outputOption } from './output.ts';
import { languageIn, messagesOf, withCommonOptions } from './verb.ts';

const summary = "make a run's report anew from its figures, and show it";

export function reportCommand(): Command {
  return withCommonOptions(new Command('report'))
    .summary(summary)
    .description(summary)
    .argument('<folder>', 'that "relevo load run --out" has filled')
    .addOption(outputOption())
    .action(report);
}

function report(folder: string, { output }: { output: OutputFormat }, self: Command): void {
  const language = languageIn(self);
  const results = readRun(folder);
  const page = writable(() => writeReport(folder, results, language));
  if (output === 'json') process.stdout.write(resultsText(results));
  else process.stdout.write(`${textReport(results, language)}\n${messagesOf(self).load.report(page)}\n`);
}

/** Throws UsageError when it is no folder of a run. */
export function readRun(folder: string): LoadResults {
  try {
    return readResults(folder);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function writable(write: () => string): string {
  try {
    return write();
  } catch (error) {
    throw new UsageError(`the report cannot be written: ${(error as Error).message}`, { cause: error });
  }
}
