// A step of an undo as something that can be done and seen to be done. It does nothing where nothing was done, or where somebody else has
// changed it since.

export interface Undoing {
  /** As people are told of it when it remains: `node-2 is stopped`. */
  readonly remains: string;
  /** What a person may do then. */
  readonly remedy: string;
  /** Idempotent. Rejects when it could not be done now. */
  act(signal: AbortSignal): Promise<void>;
  /** After act(): whether it is proven to be undone; else what is not so yet. Rejects when that cannot be seen now. */
  missing(signal: AbortSignal): Promise<string | undefined>;
}
