// Whether a value passes a filter of a JSONPath: `?(@.price < 10 && @.kind == 'book')`.

import type { Comparison, Filter, JsonPath, Operand } from './json-path.ts';
import { isArray, isObject, type Json, JsonNumber, jsonText } from './json-text.ts';

/** What a path in the filter leads to; undefined: nothing. */
type LookUp = (path: JsonPath) => Json | readonly Json[] | undefined;

export function passes(filter: Filter, current: Json, lookUp: LookUp): boolean {
  switch (filter.type) {
    case 'and':
      return passes(filter.left, current, lookUp) && passes(filter.right, current, lookUp);
    case 'or':
      return passes(filter.left, current, lookUp) || passes(filter.right, current, lookUp);
    case 'not':
      return !passes(filter.filter, current, lookUp);
    case 'exists':
      return lookUp(filter.path) !== undefined;
    case 'compare':
      return compares(filter.operator, operandValue(filter.left, lookUp), filter.right, lookUp);
  }
}

function operandValue(operand: Operand, lookUp: LookUp): Json | undefined {
  if (operand.type === 'path') return lookUp(operand.path);
  return operand.type === 'value' ? operand.value : undefined;
}

function compares(operator: Comparison, left: Json | undefined, operand: Operand, lookUp: LookUp): boolean {
  if (operand.type === 'regex')
    return left !== undefined && left !== null && operand.regex.test(jsonText(left));
  const right = operandValue(operand, lookUp);
  switch (operator) {
    case '==':
    case '===':
      return equal(left, right);
    case '!=':
    case '!==':
      return !equal(left, right);
    case 'in':
      return right !== undefined && isArray(right) && right.some((one) => equal(left, one));
    case 'nin':
      return right !== undefined && isArray(right) && !right.some((one) => equal(left, one));
    case 'contains':
      return contains(left, right);
    case 'size':
      return sizeOf(left) === numberOf(right);
    case 'empty':
      return left !== undefined && (sizeOf(left) === 0) === right;
    default:
      return inOrder(operator, left, right);
  }
}

/** A number and a text are equal when the number says what the text does. */
export function equal(left: Json | undefined, right: Json | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a === b;
  if (typeof left === 'string' && b !== undefined) return left === jsonText(right);
  if (a !== undefined && typeof right === 'string') return a === Number(right) && right.trim() !== '';
  if (isArray(left) || isArray(right) || isObject(left) || isObject(right))
    return jsonText(left) === jsonText(right);
  return left === right;
}

function inOrder(operator: Comparison, left: Json | undefined, right: Json | undefined): boolean {
  const [a, b] = [numberOf(left) ?? left, numberOf(right) ?? right];
  const areAlike =
    (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string');
  if (!areAlike) return false;
  const [x, y] = [a as number, b as number];
  if (operator === '<') return x < y;
  if (operator === '<=') return x <= y;
  return operator === '>' ? x > y : x >= y;
}

function contains(left: Json | undefined, right: Json | undefined): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left.includes(right);
  return left !== undefined && isArray(left) && left.some((one) => equal(one, right));
}

function sizeOf(value: Json | undefined): number | undefined {
  return typeof value === 'string' || (value !== undefined && isArray(value)) ? value.length : undefined;
}

function numberOf(value: Json | undefined): number | undefined {
  if (value instanceof JsonNumber) return value.value;
  return typeof value === 'number' ? value : undefined;
}
