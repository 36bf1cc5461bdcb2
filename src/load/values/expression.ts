// Conditions of If and While, and scripts of functions such as `__jexl3`: comparisons and a little arithmetic, safely.

import { type Expression, parseExpression, type Scope } from './expression/parse-expression.ts';
import { ExpressionError, type Language, NamedValues, textOf, type Value } from './expression/value.ts';
import type { ValueContext } from './value-context.ts';

const parsed = new Map<string, Expression | ExpressionError>();
/** With values put in there are ever new ones. */
const most = 500;

/** A condition after its variables have been put in. False also for what is not understood, as JMeter has it. */
export function holds(condition: string): boolean {
  const text = condition.trim();
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const value = evaluated(text, 'javascript', {});
  return value === true || value === 'true';
}

/** What a script gives, as a text; empty: nothing, or it cannot be evaluated. */
export function scriptText(
  script: string,
  language: Language,
  { variables, properties, user }: ValueContext,
): string {
  const scope = {
    vars: new NamedValues(variables),
    props: new NamedValues(properties),
    threadName: user,
  };
  const value = evaluated(script, language, scope);
  if (value === undefined || (value === null && language !== 'javascript')) return '';
  return textOf(value);
}

/** What is not understood of a text whose variables are still in it; undefined: all is. */
export function expressionProblem(text: string, language: Language): string | undefined {
  const condition = text.trim();
  if (condition === '' || /^(true|false|last)$/i.test(condition)) return undefined;
  const found = expressionOf(condition, language);
  return found instanceof ExpressionError ? found.message : undefined;
}

/** Undefined: it cannot be evaluated. */
function evaluated(text: string, language: Language, scope: Scope): Value | undefined {
  const expression = expressionOf(text, language);
  if (expression instanceof ExpressionError) return undefined;
  try {
    return expression(scope);
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

function expressionOf(text: string, language: Language): Expression | ExpressionError {
  const key = `${language} ${text}`;
  let expression = parsed.get(key);
  if (expression === undefined) {
    if (parsed.size >= most) parsed.clear();
    expression = parse(text, language);
    parsed.set(key, expression);
  }
  return expression;
}

function parse(text: string, language: Language): Expression | ExpressionError {
  try {
    return parseExpression(text, language);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
}
