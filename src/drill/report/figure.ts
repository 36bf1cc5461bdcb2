// A measured value in words of a language.

import type { Figures } from '../../load/report/figures.ts';
import type { Measured } from '../verdict/evidence.ts';

type Unit = Measured['unit'];

export function valueText(value: number, unit: Unit, figures: Figures): string {
  if (unit === 'share') return figures.percent(Number((value * 100).toFixed(4)));
  return unit === 'ms' ? figures.duration(value) : figures.count(value);
}

/** Undefined: it cannot be said. */
export function measuredText(measured: Measured | undefined, figures: Figures): string | undefined {
  if (measured?.value === undefined) return undefined;
  return valueText(measured.value, measured.unit, figures);
}

/** Nothing where it is exact. */
export function uncertaintyText(measured: Measured | undefined, figures: Figures): string {
  if (!measured || !(measured.uncertainty > 0)) return '';
  return `± ${valueText(measured.uncertainty, measured.unit, figures)}`;
}
