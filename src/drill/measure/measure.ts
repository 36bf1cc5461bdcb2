// Every measure of a drill by its name, over the whole drill or a part of it. Pure: made when the drill is over.

import type { Attribution } from '../accounting/attribute.ts';
import type { RecordStore } from '../accounting/record-store.ts';
import type { SampleStore } from '../accounting/sample-store.ts';
import type { Expectation, Measure } from '../scenario/scenario.ts';
import type { ReadinessStep } from '../timeline/observer.ts';
import type { TimelineEvent } from '../timeline/timeline.ts';
import { told } from '../told.ts';
import type { Measured } from '../verdict/evidence.ts';
import type { TargetPod } from '../world/world.ts';
import { backupsUsed, transitions } from './backups.ts';
import { BadSamples } from './bad-samples.ts';
import { capacityRto } from './capacity-rto.ts';
import { duplicates } from './duplicates.ts';
import type { MeasuredFault } from './measured-fault.ts';
import { p99 } from './quantile.ts';
import { sessionsMoved } from './sessions-moved.ts';
import { availability, failedRequests, shedShare, sorryShare } from './shares.ts';
import { trafficRto } from './traffic-rto.ts';
import { counted, nothingEnded, samplesIn, unknown, type Window } from './window.ts';

export interface MeasureOptions {
  readonly samples: SampleStore;
  /** Undefined: they cannot be had. */
  readonly records?: RecordStore;
  readonly attribution: Attribution;
  /** In the order of their injections; the same list that `attribution` was made of. */
  readonly faults: readonly MeasuredFault[];
  readonly events: readonly TimelineEvent[];
  readonly readiness: readonly ReadinessStep[];
  /** All that were seen. */
  readonly pods: Iterable<Pick<TargetPod, 'name' | 'node'>>;
  /** Whether nothing is known of the balancer. */
  readonly isBlind: boolean;
  /** Undefined: that part was not reached. */
  readonly windows: Readonly<Partial<Record<Expectation['during'], Window>>>;
  readonly slowMs: number;
  /** Replicas that shared the traffic before the first fault. */
  readonly servers: number;
  /** Of each measure that has a limit; for the traffic RTO it says how often servers have to be asked. */
  readonly limits?: Readonly<Partial<Record<Measure, number>>>;
}

export class Measures {
  readonly #options: MeasureOptions;
  #trafficRto: Measured | undefined;

  constructor(options: MeasureOptions) {
    this.#options = options;
  }

  /** Recovery times are of the drill as a whole, whatever the part. */
  of(measure: Measure, during: Expectation['during']): Measured {
    const { windows, samples, records, events, isBlind } = this.#options;
    if (measure === 'trafficRto') return this.#ofTraffic();
    if (measure === 'capacityRto') return capacityRto(this.#options);
    const window = windows[during];
    if (!window) return unknown(unitOf(measure), tooShort);
    switch (measure) {
      case 'availability':
        return availability(samples, window);
      case 'failedRequests':
        return failedRequests(samples, window);
      case 'p99':
        return p99(samples, window);
      case 'sorryShare':
        return sorryShare(samples, window);
      case 'shedShare':
        return shedShare(samples, window);
      case 'sessionsMoved':
        return sessionsMoved({ ...this.#options, window });
      case 'duplicates':
        return duplicates(samples, records, window);
      case 'unattributed':
        return this.#unattributed(window);
      case 'backupsUsed':
        return backupsUsed(events, window, isBlind);
      case 'transitions':
        return transitions(events, window, isBlind);
    }
  }

  #ofTraffic(): Measured {
    this.#trafficRto ??= trafficRto({
      ...this.#options,
      bad: new BadSamples(this.#options),
      ratePerSecond: this.#rateBefore(),
      ...this.#limit(),
    });
    return this.#trafficRto;
  }

  #limit(): { limitMs?: number } {
    const limitMs = this.#options.limits?.trafficRto;
    return limitMs === undefined ? {} : { limitMs };
  }

  /** Per second, of what ended before the first fault. */
  #rateBefore(): number {
    const { samples, faults, windows } = this.#options;
    const to = faults[0]?.injectedAt ?? samples.latest;
    const window = windows.calm ?? { from: samples.earliest, to };
    let count = 0;
    for (const _ of samplesIn(samples, window)) count++;
    return (1_000 * count) / Math.max(1, Math.min(window.to, samples.latest) - window.from);
  }

  #unattributed(window: Window): Measured {
    const { samples, attribution } = this.#options;
    let [count, all] = [0, 0];
    for (const index of samplesIn(samples, window)) {
      all++;
      if (samples.outcome(index) !== 'ok' && attribution.faultOf(index) < 0) count++;
    }
    return all === 0 ? unknown('count', nothingEnded) : counted(count, all);
  }
}

const tooShort = told('the drill did not come so far', 'el simulacro no llegó hasta ahí');

function unitOf(measure: Measure): Measured['unit'] {
  if (measure === 'p99') return 'ms';
  return measure === 'availability' || measure.endsWith('Share') ? 'share' : 'count';
}
