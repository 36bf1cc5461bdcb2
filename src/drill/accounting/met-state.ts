// The state of the target that a request met instead of a server: as the balancer said it to the client, or wrote it down. Pure.

import type { Victims } from '../fault/fault.ts';
import type { RecordStore } from './record-store.ts';
import type { SampleStore } from './sample-store.ts';

export type State = Victims['states'][number];

export interface Met {
  readonly samples: SampleStore;
  readonly records: RecordStore;
}

/** Undefined: none. */
export function metState({ samples, records }: Met, index: number): State | undefined {
  const outcome = samples.outcome(index);
  if (outcome === 'sorry') return 'none-usable';
  if (outcome === 'shed') return 'queue-full';
  const row = records.lastOf(samples.lane(index), samples.number(index));
  // It gave up while it waited for a server: HAProxy's state of a session in the queue.
  return row >= 0 && records.termination(row)[1] === 'Q' ? 'queue-full' : undefined;
}
