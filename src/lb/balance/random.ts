// Two servers by lot, weights respected, and of them the one with less to do ("the power of two choices").

import type { Random } from '../../base/backoff.ts';
import { type Candidate, isOpen } from './candidate.ts';
import { leastconn, loadOf } from './leastconn.ts';

/** The index of the candidate to take; undefined: none has room. */
export function betterOfTwo(candidates: readonly Candidate[], random: Random): number | undefined {
  let total = 0;
  for (const candidate of candidates) total += candidate.weight;
  const first = drawn(candidates, random() * total);
  const second = drawn(candidates, random() * total);
  const better = less(candidates, first, second);
  // Both are full, which says nothing of the others: nobody waits while there is room.
  return better ?? leastconn(candidates, Math.floor(random() * candidates.length));
}

function drawn(candidates: readonly Candidate[], lot: number): number {
  let left = lot;
  let last = -1;
  for (let index = 0; index < candidates.length; index++) {
    const { weight } = candidates[index] as Candidate;
    if (weight === 0) continue;
    if (left < weight) return index;
    left -= weight;
    last = index;
  }
  return last; // Sums of fractions may miss their total by a hair.
}

function less(candidates: readonly Candidate[], first: number, second: number): number | undefined {
  const [a, b] = [candidates[first], candidates[second]];
  const [openA, openB] = [a !== undefined && isOpen(a), b !== undefined && isOpen(b)];
  if (a && b && openA && openB) return loadOf(b) < loadOf(a) ? second : first;
  if (openA) return first;
  return openB ? second : undefined;
}
