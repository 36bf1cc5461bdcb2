// What can be set on any store, what it is when it is not set, and the check of both.

import { type Clock, systemClock } from '../base/clock.ts';

/** How much of the past is kept: an event is forgotten as soon as one of the three bounds is passed. */
export interface HistoryWindow {
  /** Events; 1 or more. Default 20,000. */
  maxEvents: number;
  /** JSON text of the events' objects, in UTF-16 code units; 1 or more. Default 32 Mi. */
  maxBytes: number;
  /** Milliseconds since the commit; looked at only when something commits. Default 5 minutes. */
  maxAgeMs: number;
}

export interface StoreOptions {
  clock?: Clock;
  history?: Partial<HistoryWindow>;
  /**
   * Gets what a watcher or a commit listener throws; the others and the commit go on.
   * Default: it is thrown again outside of the commit, as an uncaught exception.
   */
  onListenerError?: (error: unknown) => void;
}

export interface ResolvedStoreOptions {
  readonly clock: Clock;
  readonly history: Readonly<HistoryWindow>;
  readonly onListenerError: (error: unknown) => void;
}

const defaultHistoryWindow: Readonly<HistoryWindow> = Object.freeze({
  maxEvents: 20_000,
  maxBytes: 32 * 1024 * 1024,
  maxAgeMs: 5 * 60_000,
});

function throwOutside(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}

/** Fills in the defaults. Throws RangeError for a bound below 1 or not a number. */
export function resolveStoreOptions(options: StoreOptions = {}): ResolvedStoreOptions {
  const history = { ...defaultHistoryWindow, ...options.history };
  for (const [name, bound] of Object.entries(history)) {
    if (!(bound >= 1)) throw new RangeError(`history.${name} must be at least 1, not ${bound}`);
  }
  return Object.freeze({
    clock: options.clock ?? systemClock,
    history: Object.freeze(history),
    onListenerError: options.onListenerError ?? throwOutside,
  });
}
