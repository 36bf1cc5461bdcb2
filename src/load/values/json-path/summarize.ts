// The functions at the end of a JSONPath.

import type { Summary } from './json-path.ts';
import { isArray, isObject, type Json, JsonNumber, javaDouble } from './json-text.ts';

/** Empty: there is no such thing of this value. */
export function summarize(summary: Summary, value: Json): Json[] {
  switch (summary) {
    case 'length':
    case 'size':
      return lengthOf(value);
    case 'keys':
      return isObject(value) ? [Object.keys(value)] : [];
    case 'first':
    case 'last': {
      const one = isArray(value) ? value.at(summary === 'first' ? 0 : -1) : undefined;
      return one === undefined ? [] : [one];
    }
    default:
      return total(summary, value);
  }
}

function lengthOf(value: Json): Json[] {
  if (typeof value === 'string' || isArray(value)) return [value.length];
  return isObject(value) ? [Object.keys(value).length] : [];
}

function total(summary: 'min' | 'max' | 'avg' | 'sum', value: Json): Json[] {
  const numbers = (isArray(value) ? value.flat() : []).flatMap(numberOf);
  if (numbers.length === 0) return [];
  const sum = numbers.reduce((before, number) => before + number, 0);
  const result = {
    min: () => numbers.reduce((one, other) => Math.min(one, other)),
    max: () => numbers.reduce((one, other) => Math.max(one, other)),
    avg: () => sum / numbers.length,
    sum: () => sum,
  }[summary]();
  return [new JsonNumber(javaDouble(result))];
}

function numberOf(value: Json): number[] {
  if (value instanceof JsonNumber) return [value.value];
  return typeof value === 'number' ? [value] : [];
}
