// The keywords about strings, numbers and fixed sets of values.

import { notSupported, tooLong } from '../field-error.ts';
import { quantityProblem } from '../quantity.ts';
import type { Schema } from '../schema.ts';
import { formatCheck } from './formats.ts';
import { addTypeError, type Check, fail, fieldAt } from './validation.ts';

export function compileString(schema: Schema): Check | undefined {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
  const matches = pattern === undefined ? undefined : compilePattern(pattern);
  const format = compileFormat(schema.format);
  if (minLength === 0 && maxLength === Number.POSITIVE_INFINITY && !matches && !format) return undefined;
  return (value, at) => {
    if (typeof value !== 'string') return;
    if (value.length < minLength || lengthOf(value, minLength) < minLength) {
      fail(at, value, `should be at least ${minLength} chars long`);
    }
    if (value.length > maxLength && lengthOf(value, value.length) > maxLength) {
      at.errors.push(tooLong(fieldAt(at), maxLength));
    }
    if (matches && !matches.test(value)) fail(at, value, `should match '${pattern}'`);
    format?.(value, at);
  };
}

/** Characters, not UTF-16 units; counted only where the difference could matter. */
function lengthOf(text: string, atLeast: number): number {
  return text.length >= 2 * atLeast && atLeast > 0 ? text.length / 2 : [...text].length;
}

/** Undefined when it is no regular expression: such a pattern was refused when the schema was made, or matches everything. */
export function compilePattern(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // A pattern may be right only without Unicode mode: it forbids needless escapes such as `\-`.
    }
  }
  return undefined;
}

function compileFormat(format: string | undefined): Check | undefined {
  if (format === undefined) return undefined;
  const check = format === 'quantity' ? (text: string) => !quantityProblem(text) : formatCheck(format);
  if (!check) return undefined;
  return (value, at) => {
    if (!check(value as string)) addTypeError(at, format, value as string);
  };
}

export function compileNumber(schema: Schema): Check | undefined {
  const { minimum, maximum, multipleOf } = schema;
  if (minimum === undefined && maximum === undefined && multipleOf === undefined) return undefined;
  return (value, at) => {
    if (typeof value !== 'number') return;
    if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
      fail(at, value, `should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
    }
    if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
      fail(at, value, `should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
    }
    if (multipleOf !== undefined && !isMultiple(value, multipleOf)) {
      fail(at, value, `should be a multiple of ${multipleOf}`);
    }
  };
}

/** 0.3 is a multiple of 0.1, whatever binary fractions say. */
function isMultiple(value: number, factor: number): boolean {
  const times = value / factor;
  return Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times));
}

export function compileEnum({ enum: values }: Schema): Check | undefined {
  if (!values) return undefined;
  const allowed = new Set(values.map((value) => JSON.stringify(value)));
  const shown = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return (value, at) => {
    if (!allowed.has(JSON.stringify(value))) at.errors.push(notSupported(fieldAt(at), value, shown));
  };
}
