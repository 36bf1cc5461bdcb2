// What a connection of a worker thread asks of the state that all workers share: a server for a request, now or when one is free, and in the
// end what became of it. Carried out in state/, used in exchange/. Nothing here waits: what takes time comes back through the ask.

import type { Subscribable } from '../../base/subscribable.ts';
import type { Backend, SorryPage } from '../model.ts';
import type { Outcome } from '../outcome.ts';

/** One worker's view of one backend. */
export interface Dispatch {
  /** As of the last model. Its `servers` are left out: they change too often to be sent to every worker. */
  readonly backend: Backend;
  /** The server that a cookie's value names, by id; undefined for one that nobody has. */
  serverOfCookie(value: string): string | undefined;
  /** The value that names a server. */
  cookieOf(grant: Grant): string;
  /**
   * A slot of a server for this request: a Grant, to be released exactly once; a Refusal; or `waiting`: the ask hears of it later, once.
   * While others wait that could use the same server, nobody passes them.
   */
  ask(ask: Ask): Grant | Refusal | 'waiting';
  /** The client of a waiting ask is gone; it hears nothing any more. Nothing happens to one that does not wait. */
  cancel(ask: Ask): void;
  /** Gives the slot back and tells what was seen of the server. */
  release(grant: Grant, seen: Observation): void;
  /** The server has shown that it is well, though the request goes on for long: a tunnel that stands, a connection in mode tcp. */
  works?(grant: Grant): void;
  /** Bytes of a tunnel that is not over, or that was counted when it began: they are counted when they have come. */
  moved?(grant: Grant, bytesIn: number, bytesOut: number): void;
  /** How busy it is with others than whoever has the grant, and the server of that; for the access log. */
  busy?(own: Grant | undefined): Busy;
  /** A request that was routed here is over. Once for each, after its grants are released. */
  ended(request: EndedRequest): void;
  /** Servers that requests in flight can no longer count on. */
  readonly lost: Subscribable<LostServer>;
}

/** Requests, those that wait for the backend included. In all workers. */
export interface Busy {
  readonly backend: number;
  readonly server: number;
}

/** As the how manieth it began to wait, in the queue of a server or in that of the backend; 0: it did not wait there. */
export interface QueuePlace {
  readonly server: number;
  readonly backend: number;
}

export interface Ask {
  /** For balance source and affinity: the address of the client, as text. */
  readonly clientAddress: string;
  /** The id of the server that the user's cookie names. */
  readonly persisted?: string;
  /** Ids of servers that it has failed on: taken only when there is no other. */
  readonly failedOn: readonly string[];
  /** performance.now() of when it came; its time in the queue is bounded from here. */
  readonly since: number;
  granted(grant: Grant): void;
  refused(refusal: Refusal): void;
}

export interface Grant {
  /** The number of the server in the shared state; stays the same as long as the server is in the model. */
  readonly slot: number;
  readonly serverId: string;
  readonly serverName: string;
  readonly address: string;
  readonly port: number;
  /** How long it waited, in milliseconds; 0 when it did not. */
  readonly queuedMs: number;
  /** Undefined: it did not wait. */
  readonly queuePlace?: QueuePlace;
  /** It is another server than the user's cookie named: the answer tells the user. */
  readonly moved: boolean;
}

export interface Refusal {
  /** sorry: no server is usable, or maintenance. shed: the queue is full, or the time in it is over. */
  readonly outcome: 'sorry' | 'shed';
  readonly page: SorryPage;
  /** HAProxy's termination state of such a request: SC, sQ, … for the log. */
  readonly flags: string;
  /** Undefined: it did not wait. */
  readonly queuePlace?: QueuePlace;
}

/**
 * What traffic said of a server. refused: the connection was refused or reset before it stood. silent: it took longer than connectMs.
 * reset, truncated, timeout: after it stood (`idle`: on a connection that had been idle, which says nothing of the server). answered: with a
 * status. unused: it was given back without having been tried, or the client went away.
 */
export type Observation =
  | { readonly type: 'refused' | 'silent' | 'reset' | 'truncated' | 'timeout' | 'idle' | 'unused' }
  | { readonly type: 'answered'; readonly status: number };

export interface EndedRequest {
  readonly outcome: Outcome;
  /** The status that the client got; 0 for none. */
  readonly status: number;
  /** The last server it was with; undefined: none. */
  readonly slot?: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly retries: number;
  readonly redispatched: boolean;
  /** -1 for what did not happen. */
  readonly queueMs: number;
  readonly connectMs: number;
  readonly responseMs: number;
  readonly totalMs: number;
}

/**
 * down: its check failed; requests without a byte of an answer are tried elsewhere if that is safe, else answered at once. over: a departing
 * server's time is over; end tunnels, WebSockets with 1001. gone: it is not in the model any more. But for `down`, requests in flight
 * finish. In all cases idle connections to it are closed.
 */
export interface LostServer {
  readonly slot: number;
  readonly why: 'down' | 'over' | 'gone';
}

/** One worker's counters of one frontend. Cheap: nobody else writes them. */
export interface FrontendCounters {
  /** Connections that are open, in all workers. */
  readonly connections: number;
  connectionOpened(): void;
  connectionClosed(): void;
  requestBegan(): void;
  /** Of requests that were routed nowhere as well. */
  requestEnded(outcome: Outcome, status: number, bytesIn: number, bytesOut: number): void;
  /** Bytes of a tunnel, as Dispatch has them. */
  moved(bytesIn: number, bytesOut: number): void;
}
