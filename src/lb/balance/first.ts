// To the first server that has room, so that the last ones stay idle and can be switched off.

import { type Candidate, isOpen } from './candidate.ts';

/** The index of the candidate to take, by the order of the list; undefined: none has room. */
export function firstWithRoom(candidates: readonly Candidate[]): number | undefined {
  const index = candidates.findIndex(isOpen);
  return index === -1 ? undefined : index;
}
