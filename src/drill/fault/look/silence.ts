// Whether victims have fallen silent: a victim that still answers the drill's own requests is no victim.

import { machineTime } from '../../../base/machine-time.ts';
import type { Injection } from '../fault.ts';

/** Samples are told some 100 ms late at most. */
const silentForMs = 300;

interface Seen {
  readonly count: number;
  readonly since: number;
}

/** True when none of them has answered for a while; ask again and again. */
export function areSilent({ notes, answersOfVictims }: Injection): boolean {
  const count = answersOfVictims();
  const now = machineTime();
  const seen = notes.get('answers') as Seen | undefined;
  if (seen?.count === count) return now - seen.since >= silentForMs;
  notes.set('answers', { count, since: now } satisfies Seen);
  return false;
}
