// Since when something has been seen without an interruption: what is only then sure has held since.

import { machineTime } from '../../../base/machine-time.ts';
import type { Injection } from '../fault.ts';

/** The first `now` (machineTime()) that it was told since forget(). */
export function heldSince({ notes }: Injection, now: number = machineTime()): number {
  const since = (notes.get('held since') as number | undefined) ?? now;
  notes.set('held since', since);
  return since;
}

export function forget({ notes }: Injection): void {
  notes.delete('held since');
}
