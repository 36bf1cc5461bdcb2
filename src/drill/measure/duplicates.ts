// How many requests were carried out twice. Pure.

import { noRecords } from '../accounting/accounting.ts';
import type { RecordStore } from '../accounting/record-store.ts';
import type { SampleStore } from '../accounting/sample-store.ts';
import type { Measured } from '../verdict/evidence.ts';
import { counted, nothingEnded, samplesIn, unknown, type Window } from './window.ts';

/** Those whose id has more than one record of a server, and those that the client repeated though that was not safe. */
export function duplicates(samples: SampleStore, records: RecordStore | undefined, window: Window): Measured {
  if (!records) return unknown('count', noRecords);
  let [count, all] = [0, 0];
  for (const index of samplesIn(samples, window)) {
    all++;
    const rows = records.ofSample(samples.lane(index), samples.number(index));
    const parts = rows.filter((row) => records.server(row) !== undefined).map((row) => records.part(row));
    const isRisky = samples.isRepeated(index) && rows.some((row) => records.isUnsafe(row));
    if (new Set(parts).size < parts.length || isRisky) count++;
  }
  return all === 0 ? unknown('count', nothingEnded) : counted(count, all);
}
