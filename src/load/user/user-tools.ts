// What users need of the worker process they live in.

import type { HttpClient } from '../http/http-exchange.ts';
import type { Plan } from '../plan/plan.ts';
import type { Shared } from '../run/shared.ts';
import type { Sample } from '../sample.ts';

export interface UserTools {
  readonly plan: Plan;
  readonly shared: Shared;
  /** Called once for each sample, when it is over. */
  record(sample: Sample): void;
  /** RUN-WORKER-NUMBER; never the same twice. */
  nextLoadId(): string;
  /** From 0 to below 1. */
  random(): number;
  /** From 0. */
  readonly worker: number;
  readonly workers: number;
  /** The same in all workers: arrivals by chance are drawn alike by all. */
  readonly seed: number;
  /** The plan asks for the end of the whole run. */
  stopRun(how: 'gracefully' | 'now'): void;
  /** Users under way in all groups and workers. */
  allUsers(): number;
  /** Users of a group under way in all workers; undefined: those of this worker are counted. */
  groupUsers?(group: string): number;
  readonly properties: Map<string, string>;
  /** Whether the results tree still wants request and answer of such a sample. Asked once a sample, when it is over. */
  keepDetail(label: string, success: boolean): boolean;
  /** Once for each sample of a request that is sent, when it is: how much later than it was due, or than its user was ready. Milliseconds, 0 or more. */
  sending(lagMs: number): void;
  /** Of one user of this worker, by its thread name; the user closes it. */
  clientFor(user: string): HttpClient;
}
