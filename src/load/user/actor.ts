// A user as the things see it that it does: requests, pauses, stops.

import type { HttpAnswer, ResolvedRequest } from '../http/http-exchange.ts';
import type { ValueContext } from '../values/value-context.ts';
import type { Interruption, Walker } from './controllers/walk.ts';
import type { TimerUser } from './timers/timer.ts';

/** What its values may look at; the user itself moves it on. */
export type UserContext = ValueContext & {
  iteration: number;
  label: string;
  requestBody?: Buffer;
};

export interface Actor extends Walker, TimerUser {
  readonly context: UserContext;
  /** False: it has been stopped, or its time is over. */
  readonly isRunning: boolean;
  /** Since when it could do the next thing: the end of what was before, or of a wait. */
  readyAt: number;
  /** In the open model: when its iteration was due. Given once in an iteration. */
  takeArrival(): number | undefined;
  /** It was not for a request: the next one has it, so much later. */
  putArrival(time: number): void;
  /** False: it was stopped meanwhile, or the time lies behind the end of its group, with which it ends at once. */
  waitUntil(time: number): Promise<boolean>;
  /** Undefined: it was stopped before the promise was kept. */
  until<Value>(promise: Promise<Value>): Promise<Value | undefined>;
  /** Tells how late that was, unless nothing was sent: the answer came out of a cache, or the request cannot be sent. */
  send(request: ResolvedRequest, wantsBody: boolean): Promise<HttpAnswer>;
  /** Before each request: parameters that are set anew for it. */
  setParameters(): void | Promise<void>;
  /** A sample was not good: what the group wants then. */
  failed(): void;
  /** Thrown into its walk when what it does now is done. */
  interrupt(interruption: Interruption): void;
  stopRun(how: 'gracefully' | 'now'): void;
  keepDetail(label: string, success: boolean): boolean;
}
