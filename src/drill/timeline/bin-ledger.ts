// The balancer's bins over the time of a drill, epoch by epoch: counts begin at 0 with each life of the engine, and what a killed one counted
// after the last look at it, nobody knows.

import { machineTime } from '../../base/machine-time.ts';
import type { Look } from './balancer-view.ts';
import { addBins, type Bins, isBackendOf, noBins, subtractBins } from './statistics.ts';

export interface EpochBins {
  readonly epoch: string;
  /** machineTime(): from then on requests are of this life of the engine. */
  readonly beganAt: number;
  /** machineTime() of the first and the last look at it. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Of all backends of the target, since the first look, or since its beginning where that was within the drill. */
  readonly bins: Bins;
  /** Requests that were under way at the last look. */
  readonly inFlight: number;
  /** It ended before the drill did. */
  readonly isLost: boolean;
}

interface Page {
  readonly epoch: string;
  /** machineTime(); long ago while the statistics do not know it yet. */
  startedAt: number;
  readonly firstAt: number;
  readonly before: Bins;
  lastAt: number;
  last: Bins;
  inFlight: number;
}

export class BinLedger {
  readonly #service: { readonly namespace: string; readonly name: string };
  readonly #pages: Page[] = [];

  constructor(service: { readonly namespace: string; readonly name: string }) {
    this.#service = service;
  }

  note({ statistics, from, to }: Look): void {
    const own = statistics.backends.filter(({ name }) => isBackendOf(name, this.#service));
    const last = own.reduce((sum, backend) => addBins(sum, backend.bins), noBins);
    const inFlight = own.reduce((sum, backend) => sum + backend.inFlight + backend.queued, 0);
    const { epoch } = statistics;
    const now = { lastAt: to, last, inFlight, startedAt: statistics.startedAt + machineTime() - Date.now() };
    const page = this.#pages.find((one) => one.epoch === epoch);
    if (page) Object.assign(page, now);
    else this.#pages.push({ epoch, firstAt: from, before: this.#pages.length === 0 ? last : noBins, ...now });
  }

  /** In their order. */
  get epochs(): EpochBins[] {
    return this.#pages.map(({ epoch, before, last, startedAt, firstAt, lastAt, inFlight }, index) => ({
      ...{ epoch, firstAt, lastAt, inFlight, bins: subtractBins(last, before) },
      // The one before was still alive when it was last looked at.
      beganAt: Math.max(startedAt, this.#pages[index - 1]?.lastAt ?? Number.NEGATIVE_INFINITY),
      isLost: index < this.#pages.length - 1,
    }));
  }
}
