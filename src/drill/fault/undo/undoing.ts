// A step of an undo as something that can be done and seen to be done. It does nothing where nothing was done, or where somebody else has
// changed it since.

import type { Told } from '../../told.ts';

export interface Undoing {
  /** As people are told of it when it remains: `node-2 is stopped`. */
  readonly remains: Told;
  /** What a person may do then. */
  readonly remedy: Told;
  /** Idempotent. Rejects when it could not be done now. */
  act(signal: AbortSignal): Promise<void>;
  /** After act(): whether it is proven to be undone; else what is not so yet. Rejects when that cannot be seen now. */
  missing(signal: AbortSignal): Promise<Told | undefined>;
}
