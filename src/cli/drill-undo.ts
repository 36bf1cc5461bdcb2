// relevo drill undo: takes back what drills have left that were killed together with their guards.

import { Command } from 'commander';
import { recoverJournals } from '../drill/fault/undo/recover-journals.ts';
import { wordsFor } from '../drill/report/words/words.ts';
import { type KubeconfigOptions, withKubeconfigOptions } from './any-cluster.ts';
import { withWorld } from './drill-world.ts';
import { withProgress } from './progress.ts';
import { languageIn, withCommonOptions } from './verb.ts';

const summary = 'take back what drills have left that were cut short';

export function undoCommand(): Command {
  return withKubeconfigOptions(withCommonOptions(new Command('undo')))
    .summary(summary)
    .description(summary)
    .addHelpText(
      'after',
      '\nThe exit code is 0 when nothing is left, else 1. The next drill does the same first.',
    )
    .action(async (options: KubeconfigOptions, self: Command) => {
      const language = languageIn(self);
      const { progress: words } = wordsFor(language);
      const work = () => withWorld(self, options, (world) => recoverJournals(world));
      const { recovered, remains } = await withProgress(words.undoing, work());
      for (const drill of recovered) process.stdout.write(`${words.undoneEarlier(drill)}\n`);
      for (const what of remains) process.stderr.write(`relevo: ${what[language]}\n`);
      if (recovered.length + remains.length === 0) process.stdout.write(`${words.nothingToUndo}\n`);
      if (remains.length > 0) process.exitCode = 1;
    });
}
