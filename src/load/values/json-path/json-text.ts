// JSON as JMeter's extractors show it: numbers keep what JavaScript's would lose, and fractions are written as Java writes them.

/** A number that is no safe whole one, as it is written in the text. */
export class JsonNumber {
  readonly value: number;
  readonly source: string;

  constructor(source: string) {
    this.source = source;
    this.value = Number(source);
  }

  get isFraction(): boolean {
    return /[.eE]/.test(this.source);
  }

  toString(): string {
    return this.isFraction ? javaDouble(this.value) : this.source;
  }
}

export type Json =
  | string
  | number
  | boolean
  | null
  | JsonNumber
  | readonly Json[]
  | { readonly [name: string]: Json };

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
const reviveNumbers: Reviver = (_, value, { source }) =>
  typeof value === 'number' && source !== undefined && String(value) !== source.replace(/^-0$/, '0')
    ? new JsonNumber(source)
    : typeof value === 'number' && !Number.isInteger(value)
      ? new JsonNumber(source ?? String(value))
      : value;

/** With exact numbers: slow. Throws SyntaxError. */
export function parseJson(text: string): Json {
  return JSON.parse(text, reviveNumbers as (this: unknown, key: string, value: unknown) => unknown);
}

export function isObject(value: Json): value is { readonly [name: string]: Json } {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
  );
}

export function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Texts stand for themselves, everything else is JSON. */
export function jsonText(value: Json): string {
  return typeof value === 'string' ? value : inner(value);
}

function inner(value: Json): string {
  if (isArray(value)) return `[${value.map(inner).join(',')}]`;
  if (!isObject(value)) return value instanceof JsonNumber ? value.toString() : JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${inner(member)}`);
  return `{${members.join(',')}}`;
}

/** As Double.toString: always with a fraction, and with an exponent outside of 0.001 to 10 million. */
export function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e7)) return withFraction(String(value));
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  return `${withFraction(digits)}E${Number(exponent)}`;
}

function withFraction(digits: string): string {
  return digits.includes('.') ? digits : `${digits}.0`;
}
