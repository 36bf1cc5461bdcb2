// Whether a window of traffic keeps to the limits of a steady state.

import { type Comparison, compare } from '../scenario/comparison.ts';
import { type Told, told } from '../told.ts';
import type { WindowFigures } from './recent-samples.ts';

/** The first limit that does not hold, with what was measured; undefined: all of them hold. Without a sample none does. */
export function limitNotKept(limits: readonly Comparison[], figures: WindowFigures): Told | undefined {
  if (figures.count === 0) return nothingYet;
  for (const limit of limits) {
    const value = figureOf(limit.of, figures);
    if (value === undefined || compare(limit, value) === 'met') continue;
    const written = limit.text.replace(limit.of ?? '', '');
    const is = inWords(value, limit.unit);
    return told(
      `${limit.of} ${written}: it is ${is}`,
      `${spanish[limit.of ?? ''] ?? limit.of} ${written}: es ${is}`,
    );
  }
  return undefined;
}

/** What English drills write is what English readers look for; p95 and p99 are the same in both. */
const spanish: Readonly<Record<string, string>> = { errors: 'errores', rate: 'ritmo' };

export const nothingYet = told(
  'no request has been answered yet',
  'aún no se ha respondido ninguna petición',
);

function figureOf(of: string | undefined, figures: WindowFigures): number | undefined {
  switch (of) {
    case 'errors':
      return 1 - figures.ok / figures.count;
    case 'p95':
      return figures.p95Ms;
    case 'p99':
      return figures.p99Ms;
    case 'rate':
      return figures.ratePerSecond;
    default:
      return undefined;
  }
}

function inWords(value: number, unit: Comparison['unit']): string {
  if (unit === 'ms') return `${Math.round(value)} ms`;
  return unit === 'share' ? `${(value * 100).toFixed(1)} %` : value.toFixed(1);
}
