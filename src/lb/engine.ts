// What a balancer wants of whatever moves its traffic. Two engines carry it out; tests/conformance/lb-engine.ts holds them to it.

import type { Subscribable } from '../base/subscribable.ts';
import type { Bind, LbModel, ServerRole, ServerState } from './model.ts';
import type { Bins } from './outcome.ts';

export const engineNames = ['embedded', 'haproxy'] as const;
export type EngineName = (typeof engineNames)[number];

export interface LbEngine {
  readonly name: EngineName;
  /** Of the process that moves the traffic, also while it hangs; 0: it is being started. */
  readonly pid: number;
  /** What happens, as it happens. */
  readonly events: Subscribable<EngineEvent>;

  /**
   * Makes the model what is served; the first call starts the engine. Touches only what differs and drops no connection that could have
   * lived. Resolves when it is in force, with what could not be done (a port that is taken, a certificate that is broken): the rest of
   * the model serves, and what could not be done is tried again by itself where that makes sense. Models are taken in the order of the
   * calls; one that is overtaken before its turn may be skipped. Rejects only when the engine cannot run at all.
   */
  apply(model: LbModel): Promise<readonly Problem[]>;

  /** The state of this moment, all of it of one life of the engine. Rejects when the engine is closed, or says nothing. */
  stats(): Promise<EngineStats>;

  /** Ends all connections and frees all ports. Idempotent. */
  close(): Promise<void>;
}

/** Something of a model that is not in force. */
export interface Problem {
  /** The frontend, backend, certificate or route (its origin) that is meant. */
  readonly subject: string;
  readonly kind: 'bind' | 'certificate' | 'server' | 'page' | 'other';
  /** Of kind bind, where it is known: what cannot be had. */
  readonly bind?: Pick<Bind, 'address' | 'port'>;
  /** One line that says what and, where that helps, what to do. */
  readonly message: string;
}

/** `at` is milliseconds since the epoch. */
export type EngineEvent = { readonly at: number } & (
  | {
      readonly type: 'server';
      readonly backend: string;
      readonly server: string;
      /** up/down: its checks. ejected/back: its traffic. */
      readonly change: 'up' | 'down' | 'ejected' | 'back';
      readonly reason: string;
    }
  /** So many backups serve from now on; `wanted` of them are asked for, which is more while cold ones are on their way. */
  | {
      readonly type: 'backups';
      readonly backend: string;
      readonly active: number;
      readonly wanted: number;
      readonly reason: string;
    }
  | { readonly type: 'sorry'; readonly backend: string; readonly due: boolean }
  /** Nothing is in flight to a departing server any more, and nothing will be. Told again for each model that still has it. */
  | { readonly type: 'departed'; readonly backend: string; readonly server: string }
  /** The process that moves the traffic died and runs again. */
  | { readonly type: 'restarted'; readonly how: string; readonly tookMs: number }
  | { readonly type: 'problems'; readonly problems: readonly Problem[] }
);

/** Server ids are those of the model. */
export interface EngineStats {
  /** One life of the process that moves traffic: counts begin at 0 with each. */
  readonly epoch: string;
  readonly startedAt: number;
  readonly pid: number;
  readonly frontends: readonly FrontendStats[];
  readonly backends: readonly BackendStats[];
  /** Requests that were in flight when earlier epochs died: nobody knows how they ended. */
  readonly unknown: number;
}

export interface FrontendStats {
  readonly name: string;
  readonly connections: { readonly current: number; readonly most: number; readonly total: number };
  /** Accepted: each is in exactly one bin, or in flight. In mode tcp connections. */
  readonly requests: number;
  readonly inFlight: number;
  readonly bins: Bins;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Answers by their first digit, index 1 to 5; index 0 is none at all. */
  readonly statusClasses: readonly number[];
}

export interface BackendStats {
  readonly name: string;
  readonly inFlight: number;
  readonly mostInFlight: number;
  readonly queued: number;
  readonly mostQueued: number;
  /** Requests that were routed here. */
  readonly requests: number;
  readonly bins: Bins;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly statusClasses: readonly number[];
  readonly retries: number;
  readonly redispatches: number;
  readonly connectErrors: number;
  readonly responseErrors: number;
  /** Means over the last 1,024 answered requests; undefined while there are none. */
  readonly times?: {
    readonly queueMs: number;
    readonly connectMs: number;
    readonly responseMs: number;
    readonly totalMs: number;
  };
  /** demand: in flight and queued. capacity: the maxconn of usable primaries together; undefined where one has no limit. */
  readonly load: { readonly demand: number; readonly capacity?: number };
  readonly backupsActive: number;
  readonly backupsWanted: number;
  /** Whether the sorry page is due. */
  readonly sorry: boolean;
  readonly servers: readonly ServerStats[];
}

export interface ServerStats {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly node?: string;
  readonly role: ServerRole;
  readonly state: ServerState;
  /** What its checks say; `unchecked` where there are none. */
  readonly health: 'up' | 'down' | 'unchecked';
  /** How far it is: good checks of `rise` while down, failed ones of `fall` while up. */
  readonly checkProgress?: { readonly count: number; readonly of: number };
  /** HAProxy's words: L4OK, L4CON, L4TOUT, L7OK, L7STS, L7RSP, L7TOUT; undefined before the first. */
  readonly checkStatus?: string;
  readonly checkCode?: number;
  readonly checkMs?: number;
  readonly ejected: boolean;
  /** Whether new requests may go to it now: ready, up, not ejected and, for a backup, called in. */
  readonly active: boolean;
  /** Of the moment, with slowstart and the agent's word. */
  readonly weight: number;
  readonly inFlight: number;
  readonly mostInFlight: number;
  readonly maxconn?: number;
  readonly queued: number;
  readonly requests: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly statusClasses: readonly number[];
  readonly connectErrors: number;
  readonly responseErrors: number;
  readonly retries: number;
  readonly redispatches: number;
  readonly aborted: number;
  readonly checksFailed: number;
  readonly timesDown: number;
  /** Milliseconds since the epoch of the last change of health or ejection. */
  readonly changedAt: number;
  readonly downMs: number;
}
