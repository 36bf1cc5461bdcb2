// How long things take in the simulation: drawn from a distribution, the same ones again with the same seed.

import type { Random } from '../../base/backoff.ts';

/** Milliseconds. `lognormal`: half take less than the median; about one in forty more than median · e^(2·sigma). */
export type Delay =
  | { kind: 'fixed'; ms: number }
  | { kind: 'uniform'; minMs: number; maxMs: number }
  | { kind: 'lognormal'; medianMs: number; sigma: number };

export function drawMs(delay: Delay, random: Random): number {
  switch (delay.kind) {
    case 'fixed':
      return delay.ms;
    case 'uniform':
      return delay.minMs + (delay.maxMs - delay.minMs) * random();
    case 'lognormal':
      return delay.medianMs * Math.exp(delay.sigma * normal(random));
  }
}

/** A standard normal number (Box and Muller's transform). */
function normal(random: Random): number {
  // 1 - random() is never 0, which has no logarithm.
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A stream of numbers in [0, 1) that is the same for the same seed (a 32-bit Weyl sequence, mixed as in MurmurHash3's finaliser). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
