// The verbs of the command line interface with all their options, for whatever describes or checks them.

import type { Command } from 'commander';
import { type VerbContext, verbNames } from '../../src/cli/verb.ts';

interface VerbFile {
  command(context: VerbContext): Command;
}

/** In the order of `relevo --help`. None of them can be run: they only say what they are. */
export function loadVerbs(): Promise<Command[]> {
  const context: VerbContext = {
    loadProgram: () => Promise.reject(new Error('only descriptions were loaded')),
  };
  return Promise.all(
    verbNames.map(async (name) => {
      const file: VerbFile = await import(`../../src/cli/${name}.ts`);
      return file.command(context);
    }),
  );
}

/** Without those of commander's own `help`. */
export function flagsOf(command: Command): string[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ short, long }) => [short, long].filter((flag) => flag !== undefined));
}
