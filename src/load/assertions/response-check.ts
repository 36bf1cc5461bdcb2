// Texts and patterns in a part of an answer: JMeter's Response Assertion, with its words.

import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Assertion, Field } from '../plan/http-step.ts';
import { fieldText } from '../values/answer-text.ts';
import { patternOf } from '../values/regex/compiled-pattern.ts';
import { UnsupportedPattern } from '../values/regex/unsupported-pattern.ts';
import { TemplateList } from '../values/template-list.ts';
import type { ValueContext } from '../values/value-context.ts';
import { type Check, nothingThere } from './check.ts';
import { differenceText } from './difference-text.ts';

type ResponseAssertion = Assertion & { type: 'response' };

export function responseCheck(assertion: ResponseAssertion): Check {
  const texts = new TemplateList([assertion.message, ...assertion.patterns]);
  const about = failureText(assertion);
  return {
    scope: assertion.scope,
    ignoreStatus: assertion.ignoreStatus,
    failure: (answer, context) =>
      texts.with(context, ([message = '', ...patterns]) =>
        failureOf(assertion, { message, patterns, about }, lookedAt(assertion.field, answer, context)),
      ),
  };
}

function lookedAt(field: Field, answer: HttpAnswer, context: ValueContext): string {
  return fieldText(field, answer, context) ?? '';
}

interface Terms {
  readonly message: string;
  readonly patterns: readonly string[];
  readonly about: (pattern: string, text: string) => string;
}

function failureOf(assertion: ResponseAssertion, { message, patterns, about }: Terms, text: string) {
  const { test, not, or } = assertion;
  if (text === '') return not ? undefined : nothingThere;
  try {
    const misses = (pattern: string) => isFound(test, pattern, text) === not;
    if (!or) {
      const missed = patterns.find(misses);
      return missed === undefined ? undefined : message || about(missed, text);
    }
    if (patterns.some((pattern) => !misses(pattern))) return undefined;
    return message || patterns.map((pattern) => `${about(pattern, text)}\t`).join('');
  } catch (error) {
    if (error instanceof UnsupportedPattern) return `Bad test configuration: ${error.message}`;
    throw error;
  }
}

function isFound(test: ResponseAssertion['test'], pattern: string, text: string): boolean {
  switch (test) {
    case 'substring':
      return text.includes(pattern);
    case 'equals':
      return text === pattern;
    case 'contains':
      return patternOf(pattern).isIn(text);
    case 'matches':
      return patternOf(pattern).isWhole(text);
  }
}

const fieldNames = {
  body: 'text',
  'body-unescaped': 'text',
  'response-headers': 'headers',
  'request-headers': 'request headers',
  'request-body': 'request data',
  url: 'URL',
  code: 'code',
  message: 'message',
} as const;

const verbs = { contains: 'contain', substring: 'contain', matches: 'match', equals: 'equal' } as const;

/** With "or" JMeter has no verb, and says so in these words. */
function failureText({ field, test, not, or }: ResponseAssertion): Terms['about'] {
  const what = typeof field === 'string' ? fieldNames[field] : `variable(${field.variable})`;
  const verb = or ? 'expected something using' : `expected ${not ? 'not to' : 'to'} ${verbs[test]}`;
  return (pattern, text) =>
    `Test failed: ${what} ${verb} /${test === 'equals' ? differenceText(text, pattern) : pattern}/`;
}
