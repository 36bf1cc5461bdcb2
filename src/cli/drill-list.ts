// relevo drill list: the drills that come with the program, and what each of them shows.

import { Command } from 'commander';
import type { Language } from '../base/language.ts';
import { readCatalogue } from '../drill/catalogue.ts';
import { areas } from '../drill/scenario/defaults.ts';
import type { Scenario } from '../drill/scenario/scenario.ts';
import type { DrillWords } from './messages/drills/en.ts';
import { type OutputFormat, outputOption, printResult } from './output.ts';
import { languageIn, messagesOf, withCommonOptions } from './verb.ts';

const summary = 'list the drills that come with Relevo';

export function listCommand(): Command {
  return withCommonOptions(new Command('list'))
    .summary(summary)
    .description(summary)
    .addOption(outputOption())
    .action(({ output }: { output: OutputFormat }, self: Command) => {
      const catalogue = readCatalogue();
      const plain = catalogue.map(({ name, area, title, why, file }) => ({ name, area, title, why, file }));
      printResult(output, plain, () => listText(catalogue, messagesOf(self).drills, languageIn(self)));
    });
}

function listText(catalogue: readonly Scenario[], words: DrillWords, language: Language): string {
  const width = Math.max(...catalogue.map(({ name }) => name.length));
  const parts = areas.map((area) => {
    const lines = catalogue
      .filter((drill) => drill.area === area)
      .map(({ name, title }) => `  ${name.padEnd(width)}  ${title[language] ?? title.en}`);
    return [words.areas[area], ...lines].join('\n');
  });
  return [...parts, words.listed()].join('\n\n');
}
