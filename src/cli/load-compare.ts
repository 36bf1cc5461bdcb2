// relevo load compare: two runs side by side.

import { Command } from 'commander';
import { comparisonReport } from '../load/report/comparison-report.ts';
import { compareRuns } from '../load/results/compare.ts';
import { readRun } from './load-report.ts';
import { type OutputFormat, outputOption, printResult } from './output.ts';
import { languageIn, withCommonOptions } from './verb.ts';

const summary = 'show what became faster, slower, more or less reliable from one run to another';

export function compareCommand(): Command {
  return withCommonOptions(new Command('compare'))
    .summary(summary)
    .description(summary)
    .argument('<first>', 'folder of a run')
    .argument('<second>', 'folder of another run')
    .addOption(outputOption())
    .action((first: string, second: string, { output }: { output: OutputFormat }, self: Command) => {
      const [before, after] = [readRun(first), readRun(second)];
      printResult(output, compareRuns(before, after), () =>
        comparisonReport(
          { name: first, results: before },
          { name: second, results: after },
          languageIn(self),
        ),
      );
    });
}
