// A text with `${variable}` and `${__function(…)}` in it, taken apart once and evaluated often. Variables that are not set, and calls
// that cannot be carried out, stay as they are written, as JMeter has it for variables.

import { functions } from './functions/catalogue.ts';
import { type CallSite, CannotEvaluate, type Soon, type TemplateFunction } from './functions/function.ts';
import { type CallPart, type Part, parseTemplate } from './template/parse-template.ts';
import type { ValueContext } from './value-context.ts';

export interface CompiledTemplate {
  /** Its value never changes; evaluate() gives it at once and looks at nothing. */
  readonly isConstant: boolean;
  /** A promise only where a function needs what other worker processes share. */
  evaluate(context: ValueContext): string | Promise<string>;
}

type Evaluate = (context: ValueContext) => Soon<string>;

export function compileTemplate(text: string): CompiledTemplate {
  const parts = partsOf(text);
  return isPlain(parts) ? constant(text) : compiled(parts, siteNameOf(text));
}

/** What a template consists of; for who wants to look at it without evaluating it. */
export function partsOf(text: string): readonly Part[] {
  return text.includes('${') ? parseTemplate(text, (name) => functions.has(name)) : [text];
}

/** JMeter takes such a text as it is, escapes included: `\$` is one character only where something is put in. */
function isPlain(parts: readonly Part[]): boolean {
  return parts.length === 1 && typeof parts[0] === 'string';
}

function constant(text: string): CompiledTemplate {
  return { isConstant: true, evaluate: () => text };
}

function compiled(parts: readonly Part[], site: string): CompiledTemplate {
  if (parts.every((part) => typeof part === 'string')) return constant(parts.join(''));
  const steps = parts.map((part, index) => evaluateOf(part, `${site}.${index}`));
  const [only] = steps;
  const evaluate: Evaluate = only && steps.length === 1 ? only : (context) => joined(steps, context);
  return { isConstant: false, evaluate };
}

function evaluateOf(part: Part, site: string): Evaluate {
  if (typeof part === 'string') return () => part;
  if (part.kind === 'call') return evaluateOfCall(part, site);
  const { name } = part;
  const written = `\${${name}}`;
  return ({ variables }) => variables.get(name) ?? written;
}

function evaluateOfCall({ name, args, source }: CallPart, id: string): Evaluate {
  const called = functions.get(name) as TemplateFunction;
  if (args.length < called.least || args.length > called.most) return () => source;
  const templates = args.map((arg, index) => compiled(arg, `${id}.${index}`));
  const site: CallSite = { id, evaluate: (text, context) => compileTemplate(text).evaluate(context) };
  const carryOut = (values: readonly string[], context: ValueContext) => {
    try {
      return called.call(values, context, site);
    } catch (error) {
      if (error instanceof CannotEvaluate) return source;
      throw error;
    }
  };
  if (templates.every(({ isConstant }) => isConstant)) {
    const values = templates.map((template) => template.evaluate(noContext) as string);
    return (context) => carryOut(values, context);
  }
  return (context) => {
    const values = inOrder(templates, context);
    return values instanceof Promise
      ? values.then((all) => carryOut(all, context))
      : carryOut(values, context);
  };
}

/** Constant templates look at nothing. */
const noContext = undefined as unknown as ValueContext;

function joined(steps: readonly Evaluate[], context: ValueContext): Soon<string> {
  let text = '';
  for (let at = 0; at < steps.length; at++) {
    const value = (steps[at] as Evaluate)(context);
    if (typeof value !== 'string') return joinedLater(text, value, steps.slice(at + 1), context);
    text += value;
  }
  return text;
}

async function joinedLater(
  before: string,
  value: Promise<string>,
  rest: readonly Evaluate[],
  context: ValueContext,
): Promise<string> {
  let text = before + (await value);
  for (const step of rest) text += await step(context);
  return text;
}

/** One after the other: arguments may set variables that the next ones look at. */
function inOrder(templates: readonly CompiledTemplate[], context: ValueContext): Soon<string[]> {
  const values: string[] = [];
  for (const [at, template] of templates.entries()) {
    const value = template.evaluate(context);
    if (typeof value !== 'string') return inOrderLater(values, value, templates.slice(at + 1), context);
    values.push(value);
  }
  return values;
}

async function inOrderLater(
  before: readonly string[],
  value: Promise<string>,
  rest: readonly CompiledTemplate[],
  context: ValueContext,
): Promise<string[]> {
  const values = [...before, await value];
  for (const template of rest) values.push(await template.evaluate(context));
  return values;
}

const counting = /\$\{__(?:counter|StringFromFile)\(/;
const compiledBefore = new Map<string, number>();

/**
 * Each place where a function counts has a count of its own, shared by all worker processes: they compile the same plan in the same
 * order, so the how manieth template of this text it is names it. Others need no name.
 */
function siteNameOf(text: string): string {
  if (!counting.test(text)) return text;
  const before = compiledBefore.get(text) ?? 0;
  compiledBefore.set(text, before + 1);
  return `${text}#${before}`;
}
