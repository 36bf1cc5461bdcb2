// What of a text is not carried out, known before anything runs: unknown functions, wrong numbers of arguments, scripts that go too far.

import { partsOf } from './compile-template.ts';
import { expressionProblem } from './expression.ts';
import { functions } from './functions/catalogue.ts';
import type { TemplateFunction } from './functions/function.ts';
import type { CallPart, Part } from './template/parse-template.ts';

/** One line for each, with the name of the function; empty: nothing. */
export function functionProblems(text: string): string[] {
  return problemsIn(partsOf(text));
}

/** Of a condition of If or While that expression.ts has to evaluate. Undefined: it is understood. */
export function conditionProblem(text: string): string | undefined {
  const problem = expressionProblem(guessed(partsOf(text)), 'javascript');
  return problem === undefined ? undefined : `the condition ${text}: ${problem}`;
}

function problemsIn(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => {
    if (typeof part === 'string') return [];
    return part.kind === 'variable' ? unknownFunction(part.name) : problemsOfCall(part);
  });
}

/** To JMeter it is a variable that is not set. */
function unknownFunction(name: string): string[] {
  const [, called] = /^(__[A-Za-z]\w*)\(/.exec(name) ?? [];
  return called === undefined ? [] : [`the function ${called} is not supported`];
}

function problemsOfCall({ name, args }: CallPart): string[] {
  const { least, most, problem } = functions.get(name) as TemplateFunction;
  const inner = args.flatMap(problemsIn);
  if (args.length < least || args.length > most) {
    return [...inner, `the function ${name} takes ${amount(least, most)}, not ${args.length}`];
  }
  const found = problem?.(args.map(known), args.map(guessed));
  return found === undefined ? inner : [...inner, `the function ${name} does not support ${found}`];
}

function amount(least: number, most: number): string {
  if (most === Number.POSITIVE_INFINITY) return `${least} arguments at least`;
  return least === most ? `${least} arguments` : `${least} to ${most} arguments`;
}

/** Undefined: it depends on the run. */
function known(parts: readonly Part[]): string | undefined {
  return parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
}

/** With a number, which may stand with and without quotes, in place of each value. */
function guessed(parts: readonly Part[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : '1')).join('');
}
