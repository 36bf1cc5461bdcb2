// A load plan as plain data: what YAML and .jmx are read into, and what users carry out. It crosses process borders as JSON. What stands
// around a request in a file (defaults, headers, timers, assertions of an outer scope) has been gathered into the request by the reader.

import type { Assertion, HttpStep, Stop, Timer } from './http-step.ts';
import type { PlanVariable, Template, UserParameters } from './template.ts';

export interface Plan {
  readonly name: string;
  /** `jmeter`: labels, redirects and messages are as JMeter has them. */
  readonly dialect: 'yaml' | 'jmeter';
  /** Absolute. Files that are named relatively lie below it. */
  readonly folder: string;
  /** User defined variables; templates, evaluated once when the run starts, in this order. */
  readonly variables: readonly PlanVariable[];
  /** What `${__P(name)}` gives: `-J name=value` of the command line, and what the plan sets. */
  readonly properties: Readonly<Record<string, string>>;
  readonly groups: readonly Group[];
  readonly dataFiles: readonly DataFile[];
  readonly cookieJars: readonly CookieJar[];
  readonly caches: readonly Cache[];
  /** The main groups run one after the other instead of together. */
  readonly oneAfterTheOther: boolean;
  /** tearDown groups run also when the run was stopped. */
  readonly tearDownAfterStop: boolean;
  /** Such as `p99<250ms`; read by results/thresholds.ts. */
  readonly thresholds: readonly string[];
}

/** JMeter's thread group. setUp groups end before main ones start, these before tearDown ones. */
export interface Group {
  readonly name: string;
  readonly kind: 'setUp' | 'main' | 'tearDown';
  readonly load: ClosedLoad | OpenLoad;
  readonly onError: 'continue' | 'next-iteration' | 'stop-user' | 'stop-test' | 'stop-test-now';
  /** Cookies and caches that say so are emptied with each iteration unless the user stays the same. */
  readonly sameUser: boolean;
  /** By id, of Plan.dataFiles: each gives one row per iteration of a user. */
  readonly dataFiles: readonly string[];
  /** Counters of JMeter's Counter element that are moved once per iteration. */
  readonly counters: readonly Counter[];
  /** Variables that each user gets, one set after the other (User Parameters). */
  readonly userParameters: readonly UserParameters[];
  readonly steps: readonly Step[];
}

/** Virtual users that wait for their answers and think in between. All templates are evaluated once, when the run starts. */
export interface ClosedLoad {
  readonly model: 'closed';
  readonly users: Template;
  /** Milliseconds in which all users start, evenly: user i (from 0) starts at i ÷ users of it. */
  readonly rampUpMs: Template;
  /** Iterations of each user; undefined: until the duration is over. */
  readonly loops?: Template;
  /** From the start of the group; undefined: until the loops are done. Both: whichever is first. */
  readonly durationMs?: Template;
  /** Before the first user. */
  readonly delayMs: Template;
}

/** Iterations begin at a rate, however long the answers take. */
export interface OpenLoad {
  readonly model: 'open';
  readonly stages: readonly Stage[];
  /** At even distances, or as many independent users come (exponential distances). */
  readonly arrivals: 'even' | 'poisson';
  /** Iterations under way at most: what would be more is dropped, and counted. */
  readonly maxUsers: number;
}

/** Straight from one rate to the other. Iterations per second; 0 is a pause. */
export interface Stage {
  readonly fromRate: number;
  readonly toRate: number;
  readonly durationMs: number;
}

export interface Counter {
  readonly start: Template;
  readonly end?: Template;
  readonly step: Template;
  /** As java.text.DecimalFormat: only zeros are understood (`000`). */
  readonly format?: string;
  readonly variable: string;
  /** Each user has its own. */
  readonly perUser: boolean;
  readonly resetOnIteration: boolean;
  readonly id: string;
}

/** CSV Data Set Config. Rows are global over all worker processes: none is given twice before all were given once. */
export interface DataFile {
  readonly id: string;
  readonly file: Template;
  readonly encoding: string;
  /** Empty: the first line has them. */
  readonly variables: readonly string[];
  readonly skipFirstLine: boolean;
  readonly delimiter: string;
  readonly quoted: boolean;
  /** What comes after the last row. `stop`: the user ends. `eof`: variables are `<EOF>`. */
  readonly atEnd: 'recycle' | 'stop' | 'eof';
  readonly sharing: 'all' | 'group' | 'user';
}

export interface CookieJar {
  readonly id: string;
  readonly clearEachIteration: boolean;
  /** JMeter's "use Thread Group configuration": goes before clearEachIteration; emptied with each iteration when the group's user is not the same. */
  readonly followsGroup?: boolean;
  readonly cookies: readonly {
    name: Template;
    value: Template;
    domain: Template;
    path: Template;
    secure: boolean;
  }[];
}

export interface Cache {
  readonly id: string;
  readonly clearEachIteration: boolean;
  /** As CookieJar's. */
  readonly followsGroup?: boolean;
  readonly useExpires: boolean;
  readonly maxEntries: number;
}

/** A sample of what the user knows, for which nothing is sent (JMeter's Debug Sampler). */
export interface DebugStep extends Omit<HttpStep, 'type' | 'request'> {
  readonly type: 'debug';
  readonly shows: readonly ('variables' | 'properties')[];
}

export type Step =
  | HttpStep
  | DebugStep
  | ControllerStep
  /** `timers`: those in whose scope a Flow Control Action of JMeter stands delay it too. */
  | {
      readonly type: 'pause';
      readonly name: string;
      readonly ms: Template;
      readonly timers?: readonly Timer[];
    }
  | {
      readonly type: 'stop';
      readonly name: string;
      readonly what: Stop;
      readonly timers?: readonly Timer[];
    };

/** JMeter's logic controllers. */
export type ControllerStep = {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly dataFiles?: readonly string[];
  readonly counters?: readonly Counter[];
  /** Set with each passage. */
  readonly userParameters?: readonly UserParameters[];
} & (
  | { readonly type: 'simple' }
  /** `count` undefined: for ever. */
  | { readonly type: 'loop'; readonly count?: Template }
  /** `isExpression`: the template itself gives `true`; else it is a condition of expression.ts. */
  | {
      readonly type: 'if';
      readonly condition: Template;
      readonly isExpression: boolean;
      readonly evaluateForEach: boolean;
    }
  /** Empty: until a sample at the end of it fails. `LAST`: not begun either when the sample before failed. */
  | { readonly type: 'while'; readonly condition: Template }
  | { readonly type: 'once' }
  | { readonly type: 'interleave'; readonly ignoreSubControllers: boolean; readonly acrossUsers: boolean }
  | { readonly type: 'random'; readonly ignoreSubControllers: boolean }
  | { readonly type: 'random-order' }
  /** Again and again for so long; a request under way ends. */
  | { readonly type: 'runtime'; readonly ms: Template }
  /** While no other user of the run is in one with the same lock; empty: locks nothing. */
  | { readonly type: 'critical-section'; readonly lock: Template }
  /** One of its steps: by number (from 0; the first when there is none so numbered), or by name (else the one called `default`). */
  | { readonly type: 'switch'; readonly value: Template }
  /** `percent`: of the iterations, 0 to 100; `total`: so many executions, of all users or of each. */
  | {
      readonly type: 'throughput';
      readonly mode: 'percent' | 'total';
      readonly value: Template;
      readonly perUser: boolean;
      readonly id: string;
    }
  | {
      readonly type: 'transaction';
      readonly parentSample: boolean;
      readonly includeTimers: boolean;
      /** JMeter checks the transaction itself too where it stands for its requests: a sample without headers or body. */
      readonly assertions?: readonly Assertion[];
    }
  | {
      readonly type: 'foreach';
      readonly input: string;
      readonly output: string;
      readonly separator: boolean;
      readonly from?: Template;
      readonly to?: Template;
    }
);
