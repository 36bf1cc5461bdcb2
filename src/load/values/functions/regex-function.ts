// `__regexFunction`, for texts that stand in a variable. JMeter looks at the last answer when none is named: extractors do that here.

import { patternOf } from '../regex/compiled-pattern.ts';
import { templateText } from '../regex/group-template.ts';
import { UnsupportedPattern } from '../regex/unsupported-pattern.ts';
import type { ValueContext } from '../value-context.ts';
import { CannotEvaluate, type TemplateFunction } from './function.ts';

export const regexFunctions: Readonly<Record<string, TemplateFunction>> = {
  /** Pattern, template (`$1$`), match (1; RAND, ALL, a share of them), text between them, default, variable, variable with the text. */
  __regexFunction: {
    least: 2,
    most: 7,
    call: (args, context) => {
      const [pattern = '', template = '', which = '', between = '', otherwise = '', name = '', input = ''] =
        args;
      if (name !== '') context.variables.set(name, otherwise);
      const text = context.variables.get(input) ?? '';
      if (text === '') return otherwise;
      const all = matchesOf(pattern, text);
      if (name !== '') context.variables.set(`${name}_matchNr`, String(all.length));
      const chosen = choose(all, which || '1', context);
      if (chosen.length === 0) return otherwise;
      return chosen.map((match) => kept(match, { template, name }, context)).join(between);
    },
    problem: (args) => {
      const [pattern] = args;
      if (args.length < 7 || args[6] === '')
        return 'the last answer: name a variable as its seventh argument, and fill it with an extractor';
      return pattern === undefined ? undefined : patternProblem(pattern);
    },
  },
};

function matchesOf(pattern: string, text: string): RegExpExecArray[] {
  try {
    return patternOf(pattern).matches(text);
  } catch (error) {
    if (error instanceof UnsupportedPattern) throw new CannotEvaluate(error.message, { cause: error });
    throw error;
  }
}

function choose(
  all: readonly RegExpExecArray[],
  which: string,
  { random }: ValueContext,
): readonly RegExpExecArray[] {
  if (which === 'ALL') return all;
  if (which === 'RAND') return all.slice(Math.floor(random() * all.length)).slice(0, 1);
  const number = Number(which);
  const index = /^[+-]?\d+$/.test(which) ? number - 1 : Math.floor(all.length * number + 0.5) - 1;
  const match = all[index];
  return match === undefined ? [] : [match];
}

function kept(
  match: RegExpExecArray,
  { template, name }: { template: string; name: string },
  { variables }: ValueContext,
): string {
  const text = templateText(template, match);
  if (name === '') return text;
  for (const [number, group] of match.entries())
    if (group !== undefined) variables.set(`${name}_g${number}`, group);
  variables.set(name, text);
  return text;
}

function patternProblem(pattern: string): string | undefined {
  try {
    patternOf(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
