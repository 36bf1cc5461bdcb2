// The last seconds of the load as users felt them: what steady states, safety limits and recoveries are judged by while a drill goes on.

import { correctedMs, type Sample } from '../../load/sample.ts';

/** Of the samples that ended within a window. */
export interface WindowFigures {
  readonly count: number;
  readonly ok: number;
  readonly failed: number;
  readonly sorry: number;
  readonly shed: number;
  /** Failed in any way, or slower than the limit. */
  readonly bad: number;
  readonly ratePerSecond: number;
  /** Undefined: there was no sample. */
  readonly p95Ms?: number;
  readonly p99Ms?: number;
}

interface Kept {
  readonly endedAt: number;
  readonly ms: number;
  readonly outcome: 'ok' | 'failed' | 'sorry' | 'shed';
  readonly isBad: boolean;
}

/** Samples come in batches: what ended this long ago has been told. */
export const toldWithinMs = 300;

export class RecentSamples {
  readonly #slowMs: number;
  readonly #keepMs: number;
  #kept: Kept[] = [];
  #lastBadAt: number | undefined;
  #count = 0;

  /** A sample slower than `slowMs` is bad; those that ended more than `keepMs` before the newest are forgotten. */
  constructor(slowMs: number, keepMs: number) {
    this.#slowMs = slowMs;
    this.#keepMs = keepMs;
  }

  /** Transactions and what was never sent are no requests, and what was cut by the stop has no end. */
  add(samples: readonly Sample[]): void {
    for (const sample of samples)
      if (!sample.isTransaction && !sample.isUnsent && !sample.isCut) this.#add(sample);
    const newest = this.#kept.at(-1)?.endedAt ?? 0;
    const old = this.#kept.findIndex(({ endedAt }) => endedAt >= newest - this.#keepMs);
    // Not at every batch: each time all that is kept would be moved.
    if (old > 5_000 || (old > 0 && old * 2 > this.#kept.length)) this.#kept = this.#kept.slice(old);
  }

  #add(sample: Sample): void {
    const endedAt = sample.startedAt + sample.elapsedMs;
    const ms = correctedMs(sample) ?? sample.elapsedMs;
    const isBad = !sample.success || ms > this.#slowMs;
    this.#kept.push({ endedAt, ms, outcome: outcomeOf(sample), isBad });
    this.#count++;
    if (isBad) this.#lastBadAt = Math.max(this.#lastBadAt ?? 0, endedAt);
  }

  /** All that ever came. */
  get count(): number {
    return this.#count;
  }

  /** End of the last bad one: machineTime(); undefined: there was none. */
  get lastBadAt(): number | undefined {
    return this.#lastBadAt;
  }

  /** machineTime() from, to: [from, to). */
  window(from: number, to: number): WindowFigures {
    const within = this.#kept.filter(({ endedAt }) => endedAt >= from && endedAt < to);
    const of = (outcome: Kept['outcome']) => within.filter((kept) => kept.outcome === outcome).length;
    const times = within.map(({ ms }) => ms).sort((a, b) => a - b);
    return {
      ...{ count: within.length, ok: of('ok'), failed: of('failed'), sorry: of('sorry'), shed: of('shed') },
      bad: within.filter(({ isBad }) => isBad).length,
      ratePerSecond: to > from ? (within.length / (to - from)) * 1_000 : 0,
      ...(times.length > 0 ? { p95Ms: quantile(times, 0.95), p99Ms: quantile(times, 0.99) } : {}),
    };
  }
}

function outcomeOf({ success, outcome }: Sample): Kept['outcome'] {
  if (outcome === 'sorry' || outcome === 'shed') return outcome;
  return success ? 'ok' : 'failed';
}

/** The smallest value that so many are not above. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
