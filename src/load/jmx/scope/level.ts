// What stands beside the samplers of one level of the tree and is in force for them, as its readers gather it.

import type { Assertion, Authorization, Extractor, Stop, Timer } from '../../plan/http-step.ts';
import type { Counter } from '../../plan/plan.ts';
import type { NameValue, UserParameters } from '../../plan/template.ts';
import type { TestElement } from '../tree/test-element.ts';

/** Lists are in the order of the file. */
export interface Level {
  readonly defaults: TestElement[];
  /** One list per header manager. */
  readonly headers: NameValue[][];
  /** Null: a manager that ignores cookies. */
  readonly cookieJars: (string | null)[];
  readonly caches: string[];
  readonly authorizations: Authorization[][];
  readonly timers: Timer[];
  readonly assertions: Assertion[];
  readonly extractors: Extractor[];
  readonly onFailure: Stop[];
  readonly userParameters: UserParameters[];
  readonly iterated: Iterated;
}

/** What moves on when the controller around it begins an iteration. */
export interface Iterated {
  /** Ids. */
  readonly dataFiles: string[];
  readonly counters: Counter[];
  /** Once per iteration. */
  readonly userParameters: UserParameters[];
}

export function emptyLevel(): Level {
  return {
    defaults: [],
    headers: [],
    cookieJars: [],
    caches: [],
    authorizations: [],
    timers: [],
    assertions: [],
    extractors: [],
    onFailure: [],
    userParameters: [],
    iterated: { dataFiles: [], counters: [], userParameters: [] },
  };
}
