// A limit such as `<=2s`, `>=99.9%`, `0`, `p99<250ms`: how expectations and steady states are written, and what they make of a measured value.

export interface Comparison {
  /** As written. */
  readonly text: string;
  readonly operator: '<' | '<=' | '=' | '>=' | '>';
  /** Milliseconds, shares of 1, or a number. */
  readonly value: number;
  readonly unit: Unit;
  /** Of limits of the steady state: what it is about (`errors`, `p99`, `p95`, `rate`). */
  readonly of?: string;
}

type Unit = 'ms' | 'share' | 'count';

const form =
  /^(?<of>[a-z]+\d*)?\s*(?<operator><=|>=|<|>|=)?\s*(?<number>\d+(?:\.\d+)?)\s*(?<unit>ms|s|m|h|%)?$/;
const units: Readonly<Record<Unit, { readonly [unit: string]: number }>> = {
  ms: { ms: 0, s: 3 },
  share: { '%': -2 },
  count: { '': 0 },
};
const minuteMs = 60_000;
const longUnits: Readonly<Record<string, number>> = { m: minuteMs, h: 60 * minuteMs };
const examples: Readonly<Record<Unit, string>> = {
  ms: '"<=2s" or "<250ms"',
  share: '">=99.9%" or "<0.1%"',
  count: '"<=10" or 0',
};

/**
 * Reads a limit for something that is measured in `unit`: milliseconds (`ms`, `s`, `m`, `h`), a share (`%`) or a plain count. Without an operator it is `=`. Throws an Error in one line for everything else.
 */
export function parseComparison(text: string, unit: Unit): Comparison {
  const { of, operator = '=', number, unit: given = '' } = form.exec(text.trim())?.groups ?? {};
  const value = number === undefined ? undefined : numberOf(number, given, unit);
  if (value === undefined) throw new Error(`"${text}" is no limit here: write ${examples[unit]}`);
  if (unit === 'share' && value > 1) throw new Error(`"${text}": a share is 100 % at most`);
  return {
    ...{ text: text.trim(), operator: operator as Comparison['operator'], value, unit },
    ...(of === undefined ? {} : { of }),
  };
}

/** By the exponent and not by division: what is written as 99.9 % is the very number that 999 ÷ 1000 is. */
function numberOf(number: string, given: string, unit: Unit): number | undefined {
  const long = unit === 'ms' ? longUnits[given] : undefined;
  if (long !== undefined) return Number(number) * long;
  const exponent = units[unit][given];
  return exponent === undefined ? undefined : Number(`${number}e${exponent}`);
}

/**
 * Whether a value that may be off by `uncertainty` (0 or more, in the same unit) either way keeps to the limit: undecided where one value
 * within that would and another would not. What is not a number is undecided.
 */
export function compare(
  { operator, value: limit }: Pick<Comparison, 'operator' | 'value'>,
  value: number,
  uncertainty = 0,
): 'met' | 'broken' | 'undecided' {
  const [lowest, highest] = [value - uncertainty, value + uncertainty];
  if (Number.isNaN(lowest) || Number.isNaN(highest)) return 'undecided';
  if (operator === '=') {
    if (lowest === limit && highest === limit) return 'met';
    return limit < lowest || limit > highest ? 'broken' : 'undecided';
  }
  const atLowest = keeps(operator, lowest, limit);
  if (atLowest !== keeps(operator, highest, limit)) return 'undecided';
  return atLowest ? 'met' : 'broken';
}

function keeps(operator: '<' | '<=' | '>=' | '>', value: number, limit: number): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>=':
      return value >= limit;
    case '>':
      return value > limit;
  }
}
