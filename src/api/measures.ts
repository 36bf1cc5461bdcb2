// The texts of policies, plans and annotations as numbers: durations, shares, sizes.

import { parseQuantity, quantityProblem, wholeUnits } from './quantity.ts';

const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `500ms` or `1m30s`, rounded. Throws a TypeError for what is no duration: schemas refuse those first. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const read = parts.map(([whole]) => whole).join('');
  if (text === '' || read !== text) throw new TypeError(`"${text}" is no duration such as 500ms or 1m30s`);
  return Math.round(
    parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (unitMs[unit] ?? 0), 0),
  );
}

/** 0.9 of `90%`. */
export function share(text: string): number {
  return Number(text.replace('%', '')) / 100;
}

/** Bytes of a quantity such as `10Mi` or `64k`; undefined for what is none, or below 0. */
export function sizeBytes(text: string): number | undefined {
  if (quantityProblem(text) !== undefined) return undefined;
  const bytes = wholeUnits(parseQuantity(text));
  return bytes < 0 ? undefined : bytes;
}
