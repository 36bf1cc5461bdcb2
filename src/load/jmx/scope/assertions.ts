// Assertions.

import type { Assertion, Field } from '../../plan/http-step.ts';
import { numberOf } from '../numbers.ts';
import type { Reading } from '../reading.ts';
import type { Settings } from '../settings.ts';
import type { TestElement } from '../tree/test-element.ts';
import type { Level } from './level.ts';
import { readScope } from './where-to-look.ts';

/** Undefined: it asserts nothing, or nothing that is supported. */
const readers: Readonly<Record<string, (settings: Settings) => Assertion | undefined>> = {
  ResponseAssertion: responseAssertion,
  DurationAssertion: durationAssertion,
  SizeAssertion: sizeAssertion,
  JSONPathAssertion: jsonAssertion,
};

/** False: it is none of them. */
export function readAssertion(element: TestElement, level: Level, reading: Reading): boolean {
  if (!Object.hasOwn(readers, element.className)) return false;
  const settings = reading.settings(element);
  const assertion = readers[element.className]?.(settings);
  settings.refuseRest();
  if (assertion !== undefined) level.assertions.push(assertion);
  return true;
}

const fields: Readonly<Record<string, Field>> = {
  'Assertion.response_data': 'body',
  'Assertion.response_headers': 'response-headers',
  'Assertion.request_headers': 'request-headers',
  'Assertion.request_data': 'request-body',
  'Assertion.response_code': 'code',
  'Assertion.response_message': 'message',
  // The name is of a time when it was the label; it is the URL.
  'Assertion.sample_label': 'url',
};

/** The bits of Assertion.test_type; 1 is "matches", and what it is without any. */
const testBits = { contains: 2, not: 4, equals: 8, substring: 16, or: 32 };

function responseAssertion(settings: Settings): Assertion | undefined {
  const { scope, variable } = readScope(settings, 'Assertion.scope');
  const text = settings.text('Assertion.test_field', 'Assertion.response_data');
  const named = Object.hasOwn(fields, text) ? fields[text] : undefined;
  const field = variable ?? named;
  const bits = Number(numberOf(settings, 'Assertion.test_type', { empty: '0', least: 0 }));
  // JMeter's own spelling mistake; tools that write plans correct it.
  const strings = [...settings.list('Asserion.test_strings'), ...settings.list('Assertion.test_strings')];
  const assertion = {
    type: 'response',
    name: settings.element.name,
    test: testOf(bits),
    not: (bits & testBits.not) !== 0,
    or: (bits & testBits.or) !== 0,
    patterns: strings.flatMap((item) => (item.kind === 'text' ? [item.text] : [])),
    ignoreStatus: settings.flag('Assertion.assume_success'),
    message: settings.text('Assertion.custom_message'),
    scope,
  } as const;
  if (field !== undefined) return { ...assertion, field };
  settings.refuse(
    'Assertion.test_field',
    text.endsWith('as_document') ? 'the document as text' : `the field "${text}"`,
  );
  return undefined;
}

function testOf(bits: number) {
  if ((bits & testBits.contains) !== 0) return 'contains';
  if ((bits & testBits.equals) !== 0) return 'equals';
  return (bits & testBits.substring) !== 0 ? 'substring' : 'matches';
}

function durationAssertion(settings: Settings): Assertion | undefined {
  const { scope, variable } = readScope(settings, 'Assertion.scope');
  if (variable !== undefined) settings.refuse('Assertion.scope', 'a variable');
  const ms = numberOf(settings, 'DurationAssertion.duration', { empty: '0', least: 0 });
  // JMeter takes 0 for "no limit".
  return ms === '0' ? undefined : { type: 'duration', name: settings.element.name, ms, scope };
}

const sizes = {
  'SizeAssertion.response_network_size': 'full',
  'SizeAssertion.response_headers': 'headers',
  'SizeAssertion.response_data': 'body',
  'SizeAssertion.response_code': 'code',
  'SizeAssertion.response_message': 'message',
} as const;

const operators = ['=', '!=', '>', '<', '>=', '<='] as const;

function sizeAssertion(settings: Settings): Assertion | undefined {
  const { scope, variable } = readScope(settings, 'Assertion.scope');
  if (variable !== undefined) settings.refuse('Assertion.scope', 'a variable');
  const text = settings.text('Assertion.test_field', 'SizeAssertion.response_data');
  const of = Object.hasOwn(sizes, text) ? sizes[text as keyof typeof sizes] : undefined;
  const bytes = numberOf(settings, 'SizeAssertion.size', { empty: '0', least: 0 });
  const operator = operators[Number(settings.text('SizeAssertion.operator', '1')) - 1];
  if (of === undefined) settings.refuse('Assertion.test_field', `the field "${text}"`);
  if (operator === undefined)
    settings.refuse('SizeAssertion.operator', 'an operator that JMeter does not have');
  if (of === undefined || operator === undefined) return undefined;
  return { type: 'size', name: settings.element.name, of, operator, bytes, scope };
}

function jsonAssertion(settings: Settings): Assertion {
  const expected = settings.text('EXPECTED_VALUE');
  const isCompared = settings.flag('JSONVALIDATION');
  return {
    type: 'json',
    name: settings.element.name,
    path: settings.text('JSON_PATH'),
    ...(isCompared ? { expected } : {}),
    isRegex: settings.flag('ISREGEX', true),
    expectNull: settings.flag('EXPECT_NULL'),
    invert: settings.flag('INVERT'),
  };
}
