// The limits at which a drill is given up: too much of the traffic is bad for too long, or it all takes too long.

import { machineTime } from '../../base/machine-time.ts';
import type { Safety } from '../scenario/scenario.ts';
import { type Told, told } from '../told.ts';
import { type RecentSamples, toldWithinMs } from './recent-samples.ts';

/** Why the drill is to be halted now; undefined: it may go on. `from` is machineTime() of the first request, `now` the moment. */
export function reasonToHalt(
  safety: Safety,
  samples: RecentSamples,
  from: number,
  now: number,
): Told | undefined {
  if (now - from > safety.mostMs) return tookLonger(safety.mostMs / 1_000);
  const to = now - toldWithinMs;
  if (to - from < safety.forMs) return undefined;
  const { bad, count } = samples.window(to - safety.forMs, to);
  if (count === 0 || bad / count <= safety.badShare) return undefined;
  return tooBad(((bad / count) * 100).toFixed(1), safety);
}

function tookLonger(seconds: number): Told {
  return told(`it took longer than ${seconds} s`, `duró más de ${seconds} s`);
}

function tooBad(percent: string, { forMs, badShare }: Safety): Told {
  const [seconds, limit] = [forMs / 1_000, badShare * 100];
  return told(
    `${percent} % of the requests of ${seconds} s were bad (limit: ${limit} %)`,
    `el ${percent} % de las peticiones de ${seconds} s fueron malas (límite: ${limit} %)`,
  );
}

const lookMs = 250;

/** Looks again and again until it is closed; tells once. */
export class SafetyWatch {
  readonly #timer: NodeJS.Timeout;

  constructor(safety: Safety, samples: RecentSamples, from: number, halt: (why: Told) => void) {
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
