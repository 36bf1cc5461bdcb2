// Functions that give something by chance.

import { randomUUID } from 'node:crypto';
import type { ValueContext } from '../value-context.ts';
import { CannotEvaluate, stored, type TemplateFunction, wholeNumber } from './function.ts';

const lettersAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const longestText = 10_000_000n;

export const randomFunctions: Readonly<Record<string, TemplateFunction>> = {
  /** From, to (both may come), variable. */
  __Random: {
    least: 2,
    most: 3,
    call: ([from, to, variable], context) =>
      stored(context, variable, randomBetween(wholeNumber(from), wholeNumber(to), context)),
  },
  /** Length, characters (letters and digits; JMeter takes any of Unicode), variable. */
  __RandomString: {
    least: 1,
    most: 3,
    call: ([length, characters = '', variable], context) => {
      const wanted = wholeNumber(length);
      if (wanted < 0n || wanted > longestText) throw new CannotEvaluate(`a text of ${wanted} characters`);
      const chars = [...(characters.trim() || lettersAndDigits)];
      const text = Array.from({ length: Number(wanted) }, () => oneOf(chars, context)).join('');
      return stored(context, variable, text);
    },
  },
  /** Names of variables with | between them, variable. */
  __RandomFromMultipleVars: {
    least: 1,
    most: 2,
    call: ([names = '', variable], context) =>
      stored(context, variable, oneOf(valuesOf(names.split('|'), context), context) ?? ''),
  },
  __UUID: { least: 0, most: 0, call: () => randomUUID() },
};

function oneOf<Value>(values: readonly Value[], { random }: ValueContext): Value {
  return values[Math.floor(random() * values.length)] as Value;
}

/** Whole numbers of 64 bits do not fit into Number: card numbers have sixteen digits. */
function randomBetween(from: bigint, to: bigint, { random }: ValueContext): string {
  if (to < from) throw new CannotEvaluate(`${to} is below ${from}`);
  const count = to - from + 1n;
  if (count <= BigInt(Number.MAX_SAFE_INTEGER)) {
    return String(from + BigInt(Math.floor(random() * Number(count))));
  }
  const parts = 2 ** 32;
  const chance = BigInt(Math.floor(random() * parts)) * BigInt(parts) + BigInt(Math.floor(random() * parts));
  return String(from + ((count * chance) >> 64n));
}

/** Of a variable that an extractor filled with several values each of them counts. */
function valuesOf(names: readonly string[], { variables }: ValueContext): string[] {
  return names.flatMap((written) => {
    const name = written.trim();
    const count = Number(variables.get(`${name}_matchNr`) ?? 0);
    if (!(count > 0)) return variables.get(name) ?? [];
    return Array.from({ length: count }, (_, at) => variables.get(`${name}_${at + 1}`) ?? '');
  });
}
