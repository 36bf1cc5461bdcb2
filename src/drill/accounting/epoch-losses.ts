// When the engine of the balancer died and took with it what it had not written down yet. Pure.

import type { EpochBins } from '../timeline/bin-ledger.ts';

/** Whatever ended in it may be in no bin and no record. machineTime(). */
export interface EpochLoss {
  readonly from: number;
  readonly to: number;
  /** Of the engine that died: when it was last seen. */
  readonly lastAt: number;
}

/** Lines wait 200 ms before they are written, busy machines and disks take their time, and the last look was a moment before the end. */
const unwrittenMs = 1_000;

export function epochLosses(epochs: readonly EpochBins[]): EpochLoss[] {
  return epochs.slice(1).map((next, index) => {
    const lost = epochs[index] as EpochBins;
    // A process serves a moment before it is said to have begun.
    return { from: lost.lastAt - unwrittenMs, to: Math.max(next.firstAt, next.beganAt), lastAt: lost.lastAt };
  });
}

/** Whether something that lasted so long was under way then. */
export function wasLost(losses: readonly EpochLoss[], startedAt: number, endedAt: number): boolean {
  return losses.some(({ from, to }) => startedAt < to && endedAt > from);
}

/** Less is what any request waits for its turn. */
const noticeableMs = 50;

/** Whether what was sent at `sentAt` was taken by the next engine only, which saw it at `takenAt`. */
export function waitedForEngine(losses: readonly EpochLoss[], sentAt: number, takenAt: number): boolean {
  if (takenAt - sentAt < noticeableMs) return false;
  return losses.some(({ lastAt, to }) => sentAt < to && takenAt > lastAt);
}
