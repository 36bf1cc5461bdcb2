// How much was answered lately, by whom, and how much failed: of the last second.

import type { Sample } from './traffic.ts';

export interface Rates {
  readonly ok: number;
  readonly failed: number;
  /** Answers by the name of the node. */
  readonly byNode: ReadonlyMap<string, number>;
}

const windowMs = 1000;

export class RecentRates {
  #recent: Sample[] = [];

  take(sample: Sample): void {
    this.#recent.push(sample);
    if (this.#recent.length > 10_000) this.#forget(sample.endedAt);
  }

  /** Per second, at `now` of the samples' clock. */
  at(now: number): Rates {
    this.#forget(now);
    const good = this.#recent.filter(({ failure }) => failure === undefined);
    const byNode = new Map<string, number>();
    for (const { node = '' } of good) byNode.set(node, (byNode.get(node) ?? 0) + 1);
    return { ok: good.length, failed: this.#recent.length - good.length, byNode };
  }

  #forget(now: number): void {
    this.#recent = this.#recent.filter(({ endedAt }) => now - endedAt < windowMs);
  }
}
