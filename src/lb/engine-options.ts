// What every engine is started with, whichever it is.

import type { BoundPort } from '../base/bound-port.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';

/**
 * Opens a port that nobody listens on yet, or holds already: `outside` in the network around the engine's own. Rejects with the system's
 * error (`code`). The engine closes it when no model wants it any more, and when it is closed itself; not when its process dies.
 */
export type OpenPort = (bind: { address: string; port: number; outside: boolean }) => Promise<BoundPort>;

export interface LbEngineOptions {
  readonly logger: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** For what the engine writes down for itself: sockets, generated configuration. Must exist; nobody else may read it. */
  readonly folder: string;
  /** Default: bindPort() of base, which cannot open binds with `outside`: they are told as problems. */
  readonly openPort?: OpenPort;
  /** Threads that move traffic, 1 to 64. Default: as many as the machine can run at once. */
  readonly workers?: number;
}
