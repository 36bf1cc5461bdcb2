// To the server with the fewest requests in flight for its weight; equals take turns.

import { type Candidate, isOpen } from './candidate.ts';

// Called for every request: the list of equals is kept instead of made anew.
const equals: number[] = [];

/** The index of the candidate to take; undefined: none has room. `turn` goes up by one with every request: equals take turns by it. */
export function leastconn(candidates: readonly Candidate[], turn: number): number | undefined {
  let least = Number.POSITIVE_INFINITY;
  equals.length = 0;
  for (let index = 0; index < candidates.length; index++) {
    const candidate = candidates[index] as Candidate;
    // Most are busier than the least busy one, and need not be asked for room.
    const load = loadOf(candidate);
    if (load > least || !isOpen(candidate)) continue;
    if (load < least) equals.length = 0;
    least = load;
    equals.push(index);
  }
  return equals[turn % equals.length];
}

/** What servers are compared by. Idle ones are equal whatever their weights, as in HAProxy. */
export function loadOf(candidate: Candidate): number {
  const inFlight = candidate.inFlight();
  return inFlight === 0 ? 0 : (inFlight + 1) / candidate.weight;
}
