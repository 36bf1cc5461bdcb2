// What a template may look at when it is evaluated: a user's variables, and who and where it is.

import type { Shared } from '../run/shared.ts';

export interface ValueContext {
  readonly variables: Map<string, string>;
  /** `${__P(name)}`; those of the worker process, all users write the same ones. */
  readonly properties: Map<string, string>;
  readonly shared: Shared;
  /** From 0 to below 1. */
  random(): number;
  /** JMeter's thread name, `GROUP G-N`; empty where there is no user yet. */
  readonly user: string;
  /** Within its group, from 1; 0 where there is no user yet. */
  readonly userNumber: number;
  readonly group: string;
  /** From 1. */
  readonly iteration: number;
  /** Label of the request that is under way or was the last. */
  readonly label: string;
  /** Of the request that was answered last. */
  readonly requestBody?: Buffer;
  readonly planName: string;
  /** Files that are named relatively lie below it. */
  readonly folder: string;
  /** Whatever functions keep for this user alone, such as `${__counter(TRUE)}`; a name of its own for each. */
  readonly own: Map<string, unknown>;
}
