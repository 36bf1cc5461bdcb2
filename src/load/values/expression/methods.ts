// What can be called in expressions: methods of texts, numbers and variables, as Java, JavaScript and Groovy name them.

import { patternOf } from '../regex/compiled-pattern.ts';
import { UnsupportedPattern } from '../regex/unsupported-pattern.ts';
import {
  areEqual,
  ExpressionError,
  type Language,
  NamedValues,
  numeric,
  textOf,
  type Value,
} from './value.ts';

type Method<This> = (self: This, args: readonly Value[], language: Language) => Value;

const text: Readonly<Record<string, Method<string>>> = {
  length: (self) => self.length,
  size: (self) => self.length,
  isEmpty: (self) => self === '',
  contains: (self, [part]) => self.includes(textArg(part)),
  includes: (self, [part]) => self.includes(textArg(part)),
  startsWith: (self, [part]) => self.startsWith(textArg(part)),
  endsWith: (self, [part]) => self.endsWith(textArg(part)),
  equals: (self, [other]) => self === other,
  equalsIgnoreCase: (self, [other]) =>
    typeof other === 'string' && self.toLowerCase() === other.toLowerCase(),
  compareTo: (self, [other]) => (self < textArg(other) ? -1 : Number(self > textArg(other))),
  indexOf: (self, [part, from]) => self.indexOf(textArg(part), from === undefined ? 0 : numberArg(from)),
  lastIndexOf: (self, [part]) => self.lastIndexOf(textArg(part)),
  charAt: (self, [index]) => self.charAt(numberArg(index)),
  substring: (self, [from, to]) =>
    substring(self, numberArg(from), to === undefined ? self.length : numberArg(to)),
  concat: (self, [other]) => self + textArg(other),
  replace: (self, [from, to], language) =>
    language === 'javascript'
      ? self.replace(textArg(from), () => textArg(to))
      : self.replaceAll(textArg(from), () => textArg(to)),
  matches: (self, [pattern]) => isMatch(self, textArg(pattern)),
  trim: (self) => self.trim(),
  toLowerCase: (self) => self.toLowerCase(),
  toUpperCase: (self) => self.toUpperCase(),
  toString: (self: string) => self,
  toInteger: (self) => whole(self),
  toLong: (self) => whole(self),
  toDouble: (self) => fraction(self),
  toFloat: (self) => fraction(self),
  toBigDecimal: (self) => fraction(self),
  toBoolean: (self) => ['true', 'y', '1'].includes(self.trim().toLowerCase()),
  isNumber: (self) => self.trim() !== '' && !Number.isNaN(Number(self)),
  isInteger: (self) => /^\s*[+-]?\d+\s*$/.test(self),
  isLong: (self) => /^\s*[+-]?\d+\s*$/.test(self),
};

const number: Readonly<Record<string, Method<number>>> = {
  toString: (self: number) => textOf(self),
  equals: (self, [other]) => self === other,
  intValue: (self) => Math.trunc(self),
  longValue: (self) => Math.trunc(self),
  doubleValue: (self) => self,
  toInteger: (self) => Math.trunc(self),
  toLong: (self) => Math.trunc(self),
  compareTo: (self, [other]) => Math.sign(self - numberArg(other)),
};

const values: Readonly<Record<string, Method<NamedValues>>> = {
  get: (self, [name]) => self.values.get(textArg(name)) ?? null,
  getProperty: (self, [name, otherwise = null]) => self.values.get(textArg(name)) ?? otherwise,
  put: (self, args) => put(self, args),
  setProperty: (self, args) => put(self, args),
  remove: (self, [name]) => {
    const old = self.values.get(textArg(name)) ?? null;
    self.values.delete(textArg(name));
    return old;
  },
  containsKey: (self, [name]) => self.values.has(textArg(name)),
};

const statics: Readonly<Record<string, Method<undefined>>> = {
  parseInt: (_, [value]) => Number.parseInt(textOf(value ?? null), 10),
  parseFloat: (_, [value]) => Number.parseFloat(textOf(value ?? null)),
  Number: (_, [value = 0], language) => numeric(value, language),
  String: (_, [value = '']) => textOf(value),
  size: (_, [value]) => textArg(value).length,
  empty: (_, [value = null]) => value === null || value === '',
  'Integer.parseInt': (_, [value]) => whole(textArg(value)),
  'Integer.valueOf': (_, [value]) => whole(textOf(value ?? null)),
  'Long.parseLong': (_, [value]) => whole(textArg(value)),
  'Long.valueOf': (_, [value]) => whole(textOf(value ?? null)),
  'Double.parseDouble': (_, [value]) => fraction(textArg(value)),
  'Boolean.parseBoolean': (_, [value]) => textOf(value ?? null).toLowerCase() === 'true',
  'String.valueOf': (_, [value = null]) => textOf(value),
  'Objects.equals': (_, [left = null, right = null]) => areEqual(left, right, 'groovy'),
  'Math.abs': (_, [value]) => Math.abs(numberArg(value)),
  'Math.floor': (_, [value]) => Math.floor(numberArg(value)),
  'Math.ceil': (_, [value]) => Math.ceil(numberArg(value)),
  'Math.round': (_, [value]) => Math.round(numberArg(value)),
  'Math.max': (_, [left, right]) => Math.max(numberArg(left), numberArg(right)),
  'Math.min': (_, [left, right]) => Math.min(numberArg(left), numberArg(right)),
};

const tables = [text, number, values];

/** Whether any value has such a method: what has none is told before a run. */
export function isMethod(name: string): boolean {
  return tables.some((table) => Object.hasOwn(table, name));
}

export function isStatic(name: string): boolean {
  return Object.hasOwn(statics, name);
}

export function callStatic(name: string, args: readonly Value[], language: Language): Value {
  return (statics[name] as Method<undefined>)(undefined, args, language);
}

/** Throws ExpressionError when the value has no such method. */
export function callMethod(self: Value, name: string, args: readonly Value[], language: Language): Value {
  const missing = () =>
    new ExpressionError(`${self === null ? 'null' : `a ${typeof self}`} has no ${name}()`);
  const method = <This>(table: Readonly<Record<string, Method<This>>>, value: This) => {
    if (!Object.hasOwn(table, name)) throw missing();
    return (table[name] as Method<This>)(value, args, language);
  };
  if (typeof self === 'string') return method(text, self);
  if (typeof self === 'number') return method(number, self);
  if (self instanceof NamedValues) return method(values, self);
  if (typeof self === 'boolean' && name === 'toString') return textOf(self);
  if (typeof self === 'boolean' && name === 'equals') return self === args[0];
  throw missing();
}

/** Of the whole text, as Java's matches(). */
export function isMatch(self: string, pattern: string): boolean {
  try {
    return patternOf(pattern).isWhole(self);
  } catch (cause) {
    if (cause instanceof UnsupportedPattern) throw new ExpressionError(cause.message, { cause });
    throw cause;
  }
}

function put({ values: map }: NamedValues, [name, value = null]: readonly Value[]): null {
  map.set(textArg(name), textOf(value));
  return null;
}

function textArg(value: Value | undefined): string {
  if (typeof value !== 'string') throw new ExpressionError(`${value} is no text`);
  return value;
}

function numberArg(value: Value | undefined): number {
  if (typeof value !== 'number') throw new ExpressionError(`${value} is no number`);
  return value;
}

function substring(self: string, from: number, to: number): string {
  if (from < 0 || to > self.length || from > to)
    throw new ExpressionError(`no ${from} to ${to} in "${self}"`);
  return self.slice(from, to);
}

function whole(value: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(value)) throw new ExpressionError(`"${value}" is no whole number`);
  return Number(value);
}

function fraction(value: string): number {
  const parsed = Number(value);
  if (value.trim() === '' || Number.isNaN(parsed)) throw new ExpressionError(`"${value}" is no number`);
  return parsed;
}
