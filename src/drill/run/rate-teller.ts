// Tells once a second how the traffic is.

import { machineTime } from '../../base/machine-time.ts';
import type { OnProgress } from './progress.ts';
import { toldWithinMs } from './recent-samples.ts';
import type { Scene } from './scene.ts';

const everyMs = 1_000;

export class RateTeller {
  readonly #timer: NodeJS.Timeout;

  constructor(scene: Pick<Scene, 'recent' | 'inFlight'>, onProgress: OnProgress) {
    this.#timer = setInterval(() => {
      const to = machineTime() - toldWithinMs;
      const { ok, failed, sorry, shed, p99Ms } = scene.recent.window(to - everyMs, to);
      const counts = { ok, failed, sorry, shed, inFlight: scene.inFlight };
      onProgress({ type: 'rates', rates: { ...counts, ...(p99Ms === undefined ? {} : { p99Ms }) } });
    }, everyMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
