// A part of a drill, and the samples in it. Pure.

import type { SampleStore } from '../accounting/sample-store.ts';
import { type Told, told } from '../told.ts';
import type { Measured } from '../verdict/evidence.ts';

/** machineTime(); `to` is not part of it. A sample belongs to the window in which it ended. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export const always: Window = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

export function isWithin({ from, to }: Window, at: number): boolean {
  return at >= from && at < to;
}

/** Those that were over before the load was stopped. */
export function* samplesIn(samples: SampleStore, window: Window): Generator<number, void> {
  for (let index = 0; index < samples.size; index++) {
    if (samples.outcome(index) !== 'inFlight' && isWithin(window, samples.endedAt(index))) yield index;
  }
}

/** Why nothing can be said of it. */
export const nothingEnded = told(
  'no request ended within that time',
  'ninguna petición terminó en ese tiempo',
);
export const noFault = told('there was no fault', 'no hubo ningún fallo');

export function notProven(fault: string): Told {
  return told(`${fault} was not proven`, `no se demostró ${fault}`);
}

/** What is counted is exact. */
export function counted(value: number, samples: number): Measured {
  return { value, unit: 'count', uncertainty: 0, samples };
}

export function unknown(unit: Measured['unit'], why: Told, samples = 0): Measured {
  return { unit, uncertainty: 0, samples, why };
}

/** Beyond every limit. */
export function never(unit: Measured['unit'], why: Told, samples: number): Measured {
  return { unit, uncertainty: 0, samples, why, broken: true };
}
