// The reference of the verbs, as the commands themselves describe them.

import type { Command, Option } from 'commander';
import { withCommonOptions } from '../../src/cli/verb.ts';
import { code, markdownTable } from './markdown-table.ts';

/** Markdown: the options that all have, then one section per verb. */
export function cliReference(verbs: readonly Command[]): string {
  return [commonSection(verbs), ...verbs.map(verbSection)].join('\n\n');
}

/** They are told once. */
function commonFlags(command: Command): Set<string> {
  const common = withCommonOptions(command.createCommand());
  return new Set(common.options.map(({ flags }) => flags));
}

function commonSection([first]: readonly Command[]): string {
  if (!first) throw new Error('there are no verbs');
  const common = withCommonOptions(first.createCommand());
  return `## Every verb\n\n${optionTable(common.options)}`;
}

function verbSection(verb: Command): string {
  const below = verb.commands.map((command) => commandText(`${verb.name()} ${command.name()}`, command));
  const own = below.length > 0 && !hasOptions(verb) ? sentence(verb) : commandText(verb.name(), verb);
  return [`## ${verb.name()}`, own, ...below].join('\n\n');
}

/** Of its own: it does something without a verb below, too. */
function hasOptions(command: Command): boolean {
  const common = commonFlags(command);
  return command.options.some(({ flags }) => !common.has(flags));
}

function commandText(name: string, command: Command): string {
  const common = commonFlags(command);
  const options = command.options.filter(({ flags }) => !common.has(flags));
  const usage = `\`\`\`\nrelevo ${name} ${command.usage()}\n\`\`\``;
  const table = options.length > 0 ? [optionTable(options)] : [];
  return [sentence(command), usage, ...argumentChoices(command), ...table].join('\n\n');
}

function argumentChoices({ registeredArguments }: Command): string[] {
  return registeredArguments.flatMap((argument) => {
    const choices = argument.argChoices?.map(code).join(', ');
    return choices === undefined ? [] : [`${code(`<${argument.name()}>`)} is one of ${choices}.`];
  });
}

function sentence(command: Command): string {
  const text = command.description();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function optionTable(options: readonly Option[]): string {
  const rows = options.map((option) => [code(option.flags), descriptionOf(option)]);
  return markdownTable(['option', ''], rows);
}

function descriptionOf({ description, argChoices, defaultValue, defaultValueDescription }: Option): string {
  const choices = argChoices ? `: ${argChoices.map(code).join(', ')}` : '';
  const isTold = ['string', 'number'].includes(typeof defaultValue);
  const usual = defaultValueDescription ?? code(String(defaultValue));
  return `${description}${choices}${isTold ? ` (default: ${usual})` : ''}`;
}
