// relevo load check: says what is wrong with a plan or what it is going to do, and starts nothing.

import { Command } from 'commander';
import { type ReadPlan, readPlanFile } from '../load/plan/read-plan-file.ts';
import { planDescription } from '../load/report/plan-description.ts';
import type { Words } from '../load/report/words/en.ts';
import { wordsFor } from '../load/report/words/words.ts';
import { UsageError } from './errors.ts';
import { propertiesOf, several } from './load-plan.ts';
import { refuse } from './refuse.ts';
import { languageIn, withCommonOptions } from './verb.ts';

const summary = 'say what is wrong with a plan, or what it is going to do, and start nothing';

interface Options {
  property: string[];
  skipUnsupported: boolean;
}

export function checkCommand(): Command {
  return withCommonOptions(new Command('check'))
    .summary(summary)
    .description(summary)
    .argument('<plan>', 'the YAML or .jmx file')
    .option('-J, --property <name=value>', 'what __P(name) gives in the plan; several times', several, [])
    .option('--skip-unsupported', 'what is not supported is no fault', false)
    .action((file: string, options: Options, self: Command) => {
      const read = readOrRefuse(file, options);
      const { check } = wordsFor(languageIn(self));
      for (const line of remarksOn(file, read, check)) process.stderr.write(`relevo: ${line}\n`);
      const { length } = read.unsupported;
      if (length > 0 && !options.skipUnsupported)
        throw new UsageError(
          `${file} has ${length} elements that are not supported; --skip-unsupported leaves them out`,
        );
      process.stdout.write(
        `${[...planDescription(read.plan, languageIn(self)), check.valid(file)].join('\n')}\n`,
      );
    });
}

function readOrRefuse(file: string, { property }: Options): ReadPlan {
  try {
    return readPlanFile(file, propertiesOf(property));
  } catch (error) {
    return refuse(error);
  }
}

function remarksOn(file: string, { unsupported, adapted, views }: ReadPlan, words: Words['check']): string[] {
  const at = (line: number | undefined) => (line === undefined ? file : `${file}:${line}`);
  return [
    ...unsupported.map(({ what, where, line }) => `${at(line)}: ${words.unsupported(what, where)}`),
    ...adapted.map(({ what, where, line }) => `${at(line)}: ${words.adapted(what, where)}`),
    ...views.map(
      ({ what, where, line, shownIn }) =>
        `${at(line)}: ${words.view(what, where, words.views[shownIn] ?? shownIn)}`,
    ),
  ];
}
