// The balancer's own bins against its records, epoch by epoch: both count every request once, in two different places. Pure.

import type { EpochBins } from '../timeline/bin-ledger.ts';
import { addBins, type BinName, type Bins, binNames, isBackendOf, noBins } from '../timeline/statistics.ts';
import type { Accounting } from './accounting.ts';
import { type EpochLoss, epochLosses } from './epoch-losses.ts';
import type { RecordStore } from './record-store.ts';
import type { SampleStore } from './sample-store.ts';

export interface BinsCheckOptions {
  readonly samples: SampleStore;
  readonly records: RecordStore;
  readonly epochs: readonly EpochBins[];
  readonly service: { readonly namespace: string; readonly name: string };
}

type Count = Record<BinName, number>;

interface Counted {
  readonly own: Count;
  readonly others: Count;
}

/** Requests of others go on when the first look is taken and the last one: those so near to it may be on either side. */
const nearMs = 1_000;

export function checkBins(options: BinsCheckOptions): Pick<Accounting, 'bins' | 'binsRemainder'> {
  const { epochs } = options;
  if (epochs.length === 0) return {};
  const counted = countRecords(options);
  const losses = epochLosses(epochs);
  let remainder = 0;
  for (const [index, epoch] of epochs.entries()) {
    const { own, others } = counted[index] as Counted;
    const difference = differenceOf(epoch.bins, addBins(own, others));
    // When one life ended and the next began is not known to the millisecond: what ended about then may be counted in either, or in none.
    const around = [losses[index - 1], losses[index]].filter((loss) => loss !== undefined);
    const allowed = around.reduce(
      (sum, loss) => sum + endedWithin(options, loss),
      othersNearby(options, epoch),
    );
    remainder += Math.max(0, difference - allowed);
  }
  const bins = epochs.reduce((sum, epoch) => addBins(sum, epoch.bins), noBins);
  const others = counted.reduce((sum, one) => addBins(sum, one.others), noBins);
  return { bins: leftOver(bins, others), binsRemainder: remainder };
}

function leftOver(bins: Bins, others: Bins): Record<string, number> {
  return Object.fromEntries(binNames.map((name) => [name, Math.max(0, bins[name] - others[name])]));
}

/** By epochs: a record is of the last one that had begun when its request ended. */
function countRecords({ records, epochs, service }: BinsCheckOptions): Counted[] {
  const counted = epochs.map((): Counted => ({ own: { ...noBins }, others: { ...noBins } }));
  for (let row = 0; row < records.size; row++) {
    if (!isBackendOf(records.backend(row), service)) continue;
    const { own, others } = counted[epochOf(epochs, records.endedAt(row))] as Counted;
    (records.isOwn(row) ? own : others)[records.outcome(row) as BinName]++;
  }
  return counted;
}

function epochOf(epochs: readonly EpochBins[], endedAt: number): number {
  const next = epochs.findIndex(({ beganAt }, index) => index > 0 && beganAt > endedAt);
  return (next < 0 ? epochs.length : next) - 1;
}

/** A line does not tell sorry, shed and server errors apart in every case: they count as one. */
function differenceOf(bins: Bins, counted: Bins): number {
  const unavailable = (one: Bins) => one.serverError + one.sorry + one.shed;
  const apart = (['ok', 'clientError', 'aborted'] as const).reduce(
    (sum, name) => sum + Math.abs(bins[name] - counted[name]),
    0,
  );
  return apart + Math.abs(unavailable(bins) - unavailable(counted));
}

function endedWithin({ samples }: BinsCheckOptions, { from, to }: EpochLoss): number {
  let count = 0;
  for (let index = 0; index < samples.size; index++) {
    if (samples.startedAt(index) < to && samples.endedAt(index) > from) count++;
  }
  return count;
}

function othersNearby({ records, service }: BinsCheckOptions, { firstAt, lastAt }: EpochBins): number {
  let count = 0;
  for (let row = 0; row < records.size; row++) {
    const at = records.endedAt(row);
    const isNear = Math.abs(at - firstAt) < nearMs || Math.abs(at - lastAt) < nearMs;
    if (isNear && !records.isOwn(row) && isBackendOf(records.backend(row), service)) count++;
  }
  return count;
}
