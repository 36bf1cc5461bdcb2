// Values of conditions and scripts, and what the three languages do differently with them.

/** JMeter's __javaScript and conditions of If; __jexl2 and __jexl3; __groovy. */
export type Language = 'javascript' | 'jexl' | 'groovy';

/** `vars` or `props`. */
export class NamedValues {
  readonly values: Map<string, string>;

  constructor(values: Map<string, string>) {
    this.values = values;
  }
}

export type Value = string | number | boolean | null | NamedValues;

/** What cannot be evaluated: what it says is for who wrote the expression. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

export function isTrue(value: Value, language: Language): boolean {
  if (language === 'jexl' && typeof value === 'string') return value === 'true';
  return typeof value === 'number'
    ? value !== 0 && !Number.isNaN(value)
    : value !== null && value !== false && value !== '';
}

/** `==`. */
export function areEqual(left: Value, right: Value, language: Language): boolean {
  if (left === null || right === null || typeof left === typeof right) return left === right;
  if (left instanceof NamedValues || right instanceof NamedValues) return left === right;
  if (language === 'groovy') return false;
  if (language === 'jexl' && (typeof left === 'boolean' || typeof right === 'boolean')) {
    return isTrue(left, language) === isTrue(right, language);
  }
  return Number(left) === Number(right);
}

/** Below 0, 0 or above 0; NaN where they have no order. */
export function compare(left: Value, right: Value, language: Language): number {
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : Number(left > right);
  if (language === 'groovy' && typeof left !== typeof right) {
    throw new ExpressionError(`${shown(left)} and ${shown(right)} have no order`);
  }
  return numeric(left, language) - numeric(right, language);
}

export function numeric(value: Value, language: Language): number {
  if (value instanceof NamedValues) throw new ExpressionError('vars and props are no numbers');
  if (language === 'javascript') return Number(value);
  const number =
    typeof value === 'string' && value.trim() === '' && language === 'groovy' ? Number.NaN : Number(value);
  if (value === null || Number.isNaN(number)) throw new ExpressionError(`${shown(value)} is no number`);
  return number;
}

/** As `+` joins it to a text. */
export function textOf(value: Value): string {
  if (value instanceof NamedValues) throw new ExpressionError('vars and props are no texts');
  return String(value);
}

function shown(value: Value): string {
  return typeof value === 'string' ? `"${value}"` : value instanceof NamedValues ? 'vars' : String(value);
}
