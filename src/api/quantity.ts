// Resource quantities as Kubernetes writes them: `100m`, `1.5`, `1Gi`, `1e3`. Exact down to a nano, in bigint; the
// canonical form and its rounding are those of k8s.io/apimachinery/pkg/api/resource.

/** Which suffixes a quantity was written with, and is printed with. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  /** The amount times 10⁹. */
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

const nano = 1_000_000_000n;
/** What is more is taken as this much, as Kubernetes does. */
const largest = (2n ** 63n - 1n) * nano;

const decimalExponents: Record<string, number> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binaryExponents: Record<string, bigint> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

const syntax = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const syntaxProblem =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** Longer texts are refused before they are computed with: a bigint of a million digits takes minutes. */
const longestText = 256;

/** Parses a quantity; numbers as they stand in JSON are accepted. Throws an Error with Kubernetes' text. */
export function parseQuantity(text: string | number): Quantity {
  const parts = syntax.exec(String(text).slice(0, longestText + 1));
  if (!parts || parts[0].length > longestText) throw new Error(syntaxProblem);
  const [, number = '', suffix = ''] = parts;
  const decimal = /^([+-]?)(\d*)\.?(\d*)$/.exec(number);
  if (!decimal || number.length === (decimal[1] ?? '').length || /^[+-]?\.$/.test(number)) {
    throw new Error('unable to parse numeric part of quantity');
  }
  const [, sign, whole = '', fraction = ''] = decimal;
  const digits = BigInt(`${whole}${fraction}` || '0');
  const { format, power, shift } = parseSuffix(suffix);
  const magnitude = scaled(digits << shift, power - fraction.length + 9);
  const capped = magnitude > largest ? largest : magnitude;
  return { nanos: sign === '-' ? -capped : capped, format };
}

/** What is wrong with a text as a quantity, or undefined. */
export function quantityProblem(text: string | number): string | undefined {
  if (typeof text === 'string' && alreadyCanonical.test(text)) return undefined;
  try {
    parseQuantity(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function parseSuffix(suffix: string): { format: QuantityFormat; power: number; shift: bigint } {
  const power = decimalExponents[suffix];
  if (power !== undefined) return { format: 'DecimalSI', power, shift: 0n };
  const shift = binaryExponents[suffix];
  if (shift !== undefined) return { format: 'BinarySI', power: 0, shift };
  const exponent = /^[eE]([-+]?\d+)$/.exec(suffix);
  // An exponent that no number needs would only burn time: the value is 0 or the largest anyway.
  if (!exponent) throw new Error("unable to parse quantity's suffix");
  const bounded = Math.max(-1000, Math.min(1000, Number(exponent[1])));
  return { format: 'DecimalExponent', power: bounded, shift: 0n };
}

/** digits × 10^power, rounded up to a whole. */
function scaled(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (digits + divisor - 1n) / divisor;
}

/** The canonical text: no fraction, the largest suffix that needs none. */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0';
  if (format === 'BinarySI' && nanos % nano === 0n && magnitude(nanos) >= 1024n * nano) {
    return formatBinary(nanos / nano);
  }
  return formatDecimal(nanos, format === 'DecimalExponent');
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function formatBinary(value: bigint): string {
  let number = value;
  let index = -1;
  const suffixes = Object.keys(binaryExponents);
  while (number % 1024n === 0n && index < suffixes.length - 1) {
    number /= 1024n;
    index++;
  }
  return `${number}${index < 0 ? '' : suffixes[index]}`;
}

function formatDecimal(nanos: bigint, exponential: boolean): string {
  let number = nanos;
  let power = -9;
  while (number % 1000n === 0n && power < 18) {
    number /= 1000n;
    power += 3;
  }
  if (exponential) return power === 0 ? `${number}` : `${number}e${power}`;
  const suffix = Object.keys(decimalExponents).find((name) => decimalExponents[name] === power);
  return `${number}${suffix}`;
}

/** Up to three digits with a suffix are canonical as they stand: nearly all that people write. */
const alreadyCanonical = /^[1-9]\d{0,2}([numkMGTP]|[KMGTP]i)?$/;

/** The canonical text of a quantity as text or number. Throws as parseQuantity does. */
export function canonicalQuantity(text: string | number): string {
  if (typeof text === 'string' && alreadyCanonical.test(text)) return text;
  return formatQuantity(parseQuantity(text));
}

/** Negative, zero or positive, as a sort function wants it. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
}

/** The sum, in the format of the first unless that is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format };
}

/** The difference, in the format of the first unless that is zero. */
export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return addQuantities(a, { nanos: -b.nanos, format: b.format });
}

/** The amount in whole units (bytes, replicas), rounded up away from zero. Exact below 2⁵³. */
export function wholeUnits(quantity: Quantity): number {
  return Number(roundedAway(quantity.nanos, nano));
}

/** The amount in thousandths (millicores), rounded up away from zero. Exact below 2⁵³. */
export function milliUnits(quantity: Quantity): number {
  return Number(roundedAway(quantity.nanos, 1_000_000n));
}

function roundedAway(value: bigint, unit: bigint): bigint {
  const up = (magnitude(value) + unit - 1n) / unit;
  return value < 0n ? -up : up;
}

/** Zero, for sums. */
export const zeroQuantity: Quantity = { nanos: 0n, format: 'DecimalSI' };
