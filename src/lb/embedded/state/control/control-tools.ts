// What the control of every backend is given.

import type { Clock } from '../../../../base/clock.ts';
import type { EngineEvent } from '../../../engine.ts';
import type { Bells } from '../bells.ts';
import type { WaitingRoom } from '../waiting-room.ts';
import type { TableName } from '../worker-plan.ts';
import type { AskAgent } from './agent-probe.ts';
import type { Probe } from './probe.ts';
import type { RecordPool } from './record-pool.ts';

export interface ControlTools {
  readonly clock: Clock;
  /** The same in all threads. */
  readonly commonMs: () => number;
  readonly pools: Readonly<Record<TableName, RecordPool>>;
  readonly bells: Bells;
  readonly room: WaitingRoom;
  readonly probe: Probe;
  readonly askAgent: AskAgent;
  readonly emit: (event: Untimed<EngineEvent>) => void;
}

/** Of each of a union, without the time. */
export type Untimed<T> = T extends unknown ? Omit<T, 'at'> : never;
