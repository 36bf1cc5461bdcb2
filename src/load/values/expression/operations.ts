// The operators of expressions between two values, and how tightly they bind.

import { isMatch } from './methods.ts';
import { areEqual, compare, ExpressionError, type Language, numeric, textOf, type Value } from './value.ts';

export type Operation = (left: Value, right: Value, language: Language) => Value;

const text = (value: Value) => textOf(value);
export const operations: Readonly<Record<string, Operation>> = {
  '==': areEqual,
  '!=': (left, right, language) => !areEqual(left, right, language),
  '===': (left, right) => left === right,
  '!==': (left, right) => left !== right,
  '<': (left, right, language) => compare(left, right, language) < 0,
  '<=': (left, right, language) => compare(left, right, language) <= 0,
  '>': (left, right, language) => compare(left, right, language) > 0,
  '>=': (left, right, language) => compare(left, right, language) >= 0,
  '=~': (left, right) => isMatch(text(left), text(right)),
  '==~': (left, right) => isMatch(text(left), text(right)),
  '!~': (left, right) => !isMatch(text(left), text(right)),
  '=^': (left, right) => text(left).startsWith(text(right)),
  '!^': (left, right) => !text(left).startsWith(text(right)),
  '=$': (left, right) => text(left).endsWith(text(right)),
  '!$': (left, right) => !text(left).endsWith(text(right)),
  '+': (left, right, language) =>
    typeof left === 'string' || typeof right === 'string'
      ? text(left) + text(right)
      : numeric(left, language) + numeric(right, language),
  '-': (left, right, language) => numeric(left, language) - numeric(right, language),
  '*': (left, right, language) => numeric(left, language) * numeric(right, language),
  '/': divide,
  '%': (left, right, language) => numeric(left, language) % numeric(right, language),
};

/** From the loosest to the tightest. */
export const levels: readonly (readonly string[])[] = [
  ['==', '!=', '===', '!==', '=~', '==~', '!~', '=^', '!^', '=$', '!$'],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Whole numbers divide to whole numbers in JEXL. */
function divide(left: Value, right: Value, language: Language): number {
  const [a, b] = [numeric(left, language), numeric(right, language)];
  if (language !== 'javascript' && b === 0) throw new ExpressionError('a division by 0');
  return language === 'jexl' && Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b;
}
