// Which samples users would call bad, and which fault is to blame: for the time until traffic was good again. Pure.

import type { Attribution } from '../accounting/attribute.ts';
import type { RecordStore } from '../accounting/record-store.ts';
import type { SampleStore } from '../accounting/sample-store.ts';
import { VictimNames } from '../accounting/victim-names.ts';
import type { TargetPod } from '../world/world.ts';
import type { MeasuredFault } from './measured-fault.ts';

export interface BadSampleOptions {
  readonly samples: SampleStore;
  readonly records?: RecordStore;
  readonly attribution: Attribution;
  /** In the order of their injections; the same list that `attribution` was made of. */
  readonly faults: readonly MeasuredFault[];
  readonly pods: Iterable<Pick<TargetPod, 'name' | 'node'>>;
  /** What takes longer is bad, whatever the answer. */
  readonly slowMs: number;
}

export class BadSamples {
  readonly #options: BadSampleOptions;
  readonly #victims: readonly VictimNames[];

  constructor(options: BadSampleOptions) {
    const all = [...options.pods];
    this.#options = options;
    this.#victims = options.faults.map(({ victims }) => new VictimNames(victims, all));
  }

  isBad(index: number): boolean {
    const { samples, slowMs } = this.#options;
    const outcome = samples.outcome(index);
    return outcome !== 'inFlight' && (outcome !== 'ok' || samples.correctedMs(index) > slowMs);
  }

  /**
   * The fault that made it bad; -1 for none. A failure that nobody is known to have caused is held against the latest fault before its end:
   * a recovery is never told too early.
   */
  faultOf(index: number): number {
    const { samples, attribution } = this.#options;
    if (!this.isBad(index)) return -1;
    if (samples.outcome(index) === 'ok') return this.#slowedBy(index);
    const known = attribution.faultOf(index);
    return known >= 0 ? known : this.#latest(index);
  }

  #latest(index: number): number {
    const endedAt = this.#options.samples.endedAt(index);
    return this.#options.faults.findLastIndex(({ injectedAt }) => injectedAt <= endedAt);
  }

  /** Slow is a fault's doing where a victim answered at last, where a server had failed it first, or where it waited for one. */
  #slowedBy(index: number): number {
    const { samples, records, faults, slowMs } = this.#options;
    const latest = this.#latest(index);
    if (!records || latest < 0) return latest;
    const row = records.lastOf(samples.lane(index), samples.number(index));
    // Whom the balancer did not write down, it may have kept waiting.
    if (row < 0) return latest;
    for (let fault = latest; fault >= 0; fault--) {
      if (this.#victims[fault]?.of(records.server(row)) !== undefined) return fault;
    }
    const totalMs = records.totalMs(row);
    const waited = totalMs > slowMs && totalMs - records.waitedMs(row) <= slowMs;
    if (records.retries(row) > 0 || records.isRedispatched(row) || waited) return latest;
    // It was quick with the balancer: if it waited, then for one that was not there. Else it was the generator's own, or a server's.
    return totalMs <= slowMs && faults[latest]?.victims.balancer ? latest : -1;
  }
}
