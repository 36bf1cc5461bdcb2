// What the parts of the engine tell, before it is known when: the engine adds that.

import type { EngineEvent } from '../engine.ts';

/** An event without its time. */
export type Told = EngineEvent extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;
