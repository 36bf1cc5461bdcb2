// How a server that has come back grows to its weight: linearly, as HAProxy's `slowstart`.

import { weightParts } from './balance/roundrobin.ts';

/**
 * Of the full weight, `sinceMs` after it came back, in sixteenths of `weight`: the sequence of turns is made anew 15 times, not with every
 * request. Never 0 for a weight above 0. `slowstartMs` undefined or 0: at once.
 */
export function slowstartWeight(weight: number, sinceMs: number, slowstartMs: number | undefined): number {
  if (!slowstartMs || sinceMs >= slowstartMs) return weight;
  const parts = Math.floor((weightParts * Math.max(0, sinceMs)) / slowstartMs);
  return (weight * Math.max(1, parts)) / weightParts;
}
