// How many requests came in the last second: the difference of two looks at counters that only grow.

import type { EngineStats } from '../engine.ts';
import type { Rates } from './rows.ts';

export class RateMeter {
  #before: { epoch: string; at: number; counts: Map<string, number> } | undefined;
  #rates: Rates = new Map();

  /** By frontend, backend and `backend/server id`; of the time between the last two looks that were a second or more apart. */
  get rates(): Rates {
    return this.#rates;
  }

  /** `now` in milliseconds of a clock that never goes back. */
  look(stats: EngineStats, now: number): void {
    const before = this.#before;
    if (before?.epoch === stats.epoch && now - before.at < 1_000) return;
    const counts = countsOf(stats);
    if (before?.epoch === stats.epoch) {
      const seconds = (now - before.at) / 1_000;
      const rate = ([key, count]: [string, number]): [string, number] => [
        key,
        Math.round((count - (before.counts.get(key) ?? 0)) / seconds),
      ];
      this.#rates = new Map([...counts].map(rate));
    }
    this.#before = { epoch: stats.epoch, at: now, counts };
  }
}

function countsOf({ frontends, backends }: EngineStats): Map<string, number> {
  return new Map([
    ...frontends.map(({ name, requests }): [string, number] => [name, requests]),
    ...backends.flatMap(({ name, requests, servers }): [string, number][] => [
      [name, requests],
      ...servers.map((server): [string, number] => [`${name}/${server.id}`, server.requests]),
    ]),
  ]);
}
