// What a JSONPath leads to in the body: JMeter's JSON Assertion, with its words.

import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Assertion } from '../plan/http-step.ts';
import { bodyJson, bodyText } from '../values/answer-text.ts';
import { type CompiledJsonPath, jsonPathOf } from '../values/json-path/compiled-json-path.ts';
import { equal } from '../values/json-path/filter.ts';
import { JsonPathError } from '../values/json-path/json-path.ts';
import { isArray, type Json, JsonNumber, jsonText, parseJson } from '../values/json-path/json-text.ts';
import { patternOf } from '../values/regex/compiled-pattern.ts';
import { UnsupportedPattern } from '../values/regex/unsupported-pattern.ts';
import { TemplateList } from '../values/template-list.ts';
import { type Check, nothingThere } from './check.ts';

type JsonAssertion = Assertion & { type: 'json' };

export function jsonCheck(assertion: JsonAssertion): Check {
  const texts = new TemplateList([assertion.path, assertion.expected ?? '']);
  return {
    scope: 'main',
    failure: (answer, context) =>
      texts.with(context, ([path = '', expected = '']) => {
        if (bodyText(answer) === '') return nothingThere;
        const failure = failureOf(assertion, { path, expected }, answer);
        if (!assertion.invert) return failure;
        return failure === undefined ? inverted(assertion, path, expected) : undefined;
      }),
  };
}

function failureOf(
  assertion: JsonAssertion,
  { path, expected }: { path: string; expected: string },
  answer: HttpAnswer,
): string | undefined {
  try {
    const compiled = jsonPathOf(path);
    const found = bodyJson(answer).find(compiled);
    return assertion.expected === undefined
      ? missing(compiled, found)
      : mismatch(assertion, expected, compiled.isDefinite ? (found[0] as Json) : found);
  } catch (error) {
    if (error instanceof SyntaxError) return `the body is no JSON: ${error.message}`;
    if (error instanceof JsonPathError || error instanceof UnsupportedPattern) return error.message;
    throw error;
  }
}

function missing({ isDefinite }: CompiledJsonPath, found: readonly Json[]): string | undefined {
  if (isDefinite || found.length > 0) return undefined;
  return 'JSONPath is indefinite and the extracted Value is an empty Array. Please use an assertion value, to be sure to get a correct result. ';
}

/** Of a list one element is enough, or the list itself. */
function mismatch(assertion: JsonAssertion, expected: string, value: Json): string | undefined {
  const { isRegex, expectNull } = assertion;
  const fits = (one: Json) => (one === null && expectNull) || isExpected(one, expected, isRegex);
  if (fits(value)) return undefined;
  if (isArray(value) && (value.some(fits) || (value.length === 0 && expected === '[]'))) return undefined;
  if (expectNull) return `Value expected to be null, but found '${shown(value)}'`;
  return isRegex
    ? `Value expected to match regexp '${expected}', but it did not match: '${shown(value)}'`
    : `Value expected to be '${expected}', but found '${shown(value)}'`;
}

function isExpected(value: Json, expected: string, isRegex: boolean): boolean {
  if (isRegex) return patternOf(expected).isWhole(shown(value));
  return sameKind(value, expected) && equal(value, lenient(expected));
}

/** A number is not the text with its digits. */
function sameKind(value: Json, expected: string): boolean {
  return (typeof value === 'string') === (typeof lenient(expected) === 'string');
}

/** What is no JSON is a text, as JMeter's reader has it. */
function lenient(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** Fractions without an exponent. */
function shown(value: Json): string {
  if (!(value instanceof JsonNumber) || !value.isFraction) return jsonText(value);
  const digits = String(value.value);
  return /e/.test(digits) ? value.toString() : digits.includes('.') ? digits : `${digits}.0`;
}

function inverted({ expected: wanted, expectNull }: JsonAssertion, path: string, expected: string): string {
  if (wanted === undefined) return `Failed that JSONPath not exists: ${path}`;
  if (expectNull) return `Failed that JSONPath ${path} not matches null`;
  return `Failed that JSONPath ${path} not matches ${expected}`;
}
