// JMeter's Regular Expression Extractor: also which variables of the time before it takes away.

import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Extractor } from '../plan/http-step.ts';
import { answersIn, fieldText } from '../values/answer-text.ts';
import { patternOf } from '../values/regex/compiled-pattern.ts';
import { templateText } from '../values/regex/group-template.ts';
import { UnsupportedPattern } from '../values/regex/unsupported-pattern.ts';
import { TemplateList } from '../values/template-list.ts';
import type { ValueContext } from '../values/value-context.ts';
import { chosen, type Extraction, matchNumber, takeCount } from './extraction.ts';

type RegexExtractor = Extractor & { type: 'regex' };

export function regexExtraction(extractor: RegexExtractor): Extraction {
  const { variable, template, pattern, match, default: otherwise } = extractor;
  const texts = new TemplateList([pattern, match, otherwise ?? '']);
  return {
    run: (answer, context) =>
      texts.with(context, ([regex = '', which, given = '']) => {
        if (otherwise !== undefined) context.variables.set(variable, given);
        const number = matchNumber(which);
        const inputs = inputsOf(extractor, answer, context);
        const matches = matchesIn(inputs, regex, number);
        if (matches === undefined) return;
        const before = takeCount(context, variable);
        const kept = number < 0 ? saveAll(matches, { variable, template }, context) : 0;
        if (number >= 0) saveOne(chosen(matches, number, context), { variable, template }, context);
        for (let left = kept + 1; left <= before; left++) {
          context.variables.delete(`${variable}_${left}`);
          removeGroups(context, `${variable}_${left}`);
        }
      }),
  };
}

function inputsOf({ field, scope }: RegexExtractor, answer: HttpAnswer, context: ValueContext): string[] {
  if (typeof field === 'string')
    return answersIn(scope, answer).map((one) => fieldText(field, one, context) ?? '');
  const value = context.variables.get(field.variable);
  return value === undefined ? [] : [value];
}

/** Undefined: the pattern is none; everything stays as it is, as with JMeter. */
function matchesIn(
  inputs: readonly string[],
  regex: string,
  number: number,
): readonly RegExpExecArray[] | undefined {
  try {
    const pattern = patternOf(regex);
    const found: RegExpExecArray[] = [];
    for (const input of inputs) {
      if (number > 0 && found.length === number) break;
      found.push(...pattern.matches(input, number > 0 ? number - found.length : undefined));
    }
    return found;
  } catch (error) {
    if (error instanceof UnsupportedPattern) return undefined;
    throw error;
  }
}

interface Target {
  readonly variable: string;
  readonly template: string;
}

function saveOne(
  match: RegExpExecArray | undefined,
  { variable, template }: Target,
  context: ValueContext,
): void {
  if (match === undefined) {
    removeGroups(context, variable);
    return;
  }
  context.variables.set(variable, templateText(template, match));
  saveGroups(match, variable, context);
}

/** How many there were. */
function saveAll(
  matches: readonly RegExpExecArray[],
  { variable, template }: Target,
  context: ValueContext,
): number {
  removeGroups(context, variable);
  context.variables.set(`${variable}_matchNr`, String(matches.length));
  for (const [at, match] of matches.entries()) {
    saveOne(match, { variable: `${variable}_${at + 1}`, template }, context);
  }
  return matches.length;
}

/** `NAME_g` is their number without the whole match, which is `NAME_g0`. */
function saveGroups(match: RegExpExecArray, name: string, { variables }: ValueContext): void {
  const before = Number(variables.get(`${name}_g`) ?? 0);
  for (const [number, group] of match.entries()) {
    if (group === undefined) variables.delete(`${name}_g${number}`);
    else variables.set(`${name}_g${number}`, group);
  }
  variables.set(`${name}_g`, String(match.length - 1));
  for (let left = match.length; left <= before; left++) variables.delete(`${name}_g${left}`);
}

function removeGroups({ variables }: ValueContext, name: string): void {
  const count = Number(variables.get(`${name}_g`) ?? 0);
  variables.delete(`${name}_g`);
  for (let number = 0; number <= count; number++) variables.delete(`${name}_g${number}`);
}
