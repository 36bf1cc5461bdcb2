// The limits at which a drill is given up: too much of the traffic is bad for too long, or it all takes too long.

import { machineTime } from '../../base/machine-time.ts';
import type { Safety } from '../scenario/scenario.ts';
import { type RecentSamples, toldWithinMs } from './recent-samples.ts';

/** Why the drill is to be halted now; undefined: it may go on. `from` is machineTime() of the first request, `now` the moment. */
export function reasonToHalt(
  safety: Safety,
  samples: RecentSamples,
  from: number,
  now: number,
): string | undefined {
  if (now - from > safety.mostMs) return `it took longer than ${safety.mostMs / 1_000} s`;
  const to = now - toldWithinMs;
  if (to - from < safety.forMs) return undefined;
  const { bad, count } = samples.window(to - safety.forMs, to);
  if (count === 0 || bad / count <= safety.badShare) return undefined;
  const percent = ((bad / count) * 100).toFixed(1);
  return `${percent} % of the requests of ${safety.forMs / 1_000} s were bad (limit: ${safety.badShare * 100} %)`;
}

const lookMs = 250;

/** Looks again and again until it is closed; tells once. */
export class SafetyWatch {
  readonly #timer: NodeJS.Timeout;

  constructor(safety: Safety, samples: RecentSamples, from: number, halt: (why: string) => void) {
    this.#timer = setInterval(() => {
      const why = reasonToHalt(safety, samples, from, machineTime());
      if (why === undefined) return;
      this.close();
      halt(why);
    }, lookMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
