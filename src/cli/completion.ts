// relevo completion: prints what makes a shell complete Relevo's verbs and options, made from the commands themselves.

import { Argument, type Command } from 'commander';
import { completionScript, type Shell, shells } from './completion-script.ts';
import { type VerbContext, verb } from './verb.ts';

export function command(context: VerbContext): Command {
  return verb('completion')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText(
      'after',
      '\nbash: eval "$(relevo completion bash)"   zsh: the same   fish: relevo completion fish | source',
    )
    .action(async (shell: Shell) => {
      const program = await context.loadProgram();
      process.stdout.write(completionScript(shell, program.commands.map(describe)));
    });
}

function describe(command: Command) {
  return {
    name: command.name(),
    summary: command.summary(),
    words: [
      ...command.commands.map((below) => below.name()),
      ...command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
    ],
    options: command
      .createHelp()
      .visibleOptions(command)
      .map((option) => ({
        short: option.short ?? undefined,
        long: option.long ?? undefined,
        description: option.description,
        takesValue: option.required || option.optional,
        values: option.argChoices ?? [],
      })),
  };
}
