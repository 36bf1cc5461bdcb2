// relevo drill explain: says in plain words what a drill or a fault does, what it needs, and what the verdict rests on.

import { Command } from 'commander';
import type { Language } from '../base/language.ts';
import { faults } from '../drill/fault/catalogue.ts';
import { drillOf } from './drill-file.ts';
import { drillInWords } from './drill-in-words.ts';
import { UsageError } from './errors.ts';
import { faultInWords, faultsInWords } from './fault-in-words.ts';
import type { DrillWords } from './messages/drills/en.ts';
import { languageIn, messagesOf, withCommonOptions } from './verb.ts';

const summary = 'say in plain words what a drill or a fault does';

export function explainCommand(): Command {
  return withCommonOptions(new Command('explain'))
    .summary(summary)
    .description(summary)
    .argument('[what]', 'a drill of the catalogue, the file of one, or a fault (default: all faults)')
    .action((what: string | undefined, _options: object, self: Command) => {
      process.stdout.write(`${explained(what, messagesOf(self).drills, languageIn(self))}\n`);
    });
}

function explained(what: string | undefined, words: DrillWords, language: Language): string {
  if (what === undefined) return faultsInWords(faults.values(), words, language);
  const fault = faults.get(what);
  if (fault) return faultInWords(fault, words, language);
  const drill = drillOf(what);
  if (drill) return drillInWords(drill, words, language);
  throw new UsageError(words.unknown(what));
}
