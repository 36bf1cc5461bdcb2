// A drill as plain data: what its file says, with defaults filled in and words read. docs/reference/drills.md is made from its schema.

import type { Comparison } from './comparison.ts';

export interface Scenario {
  readonly name: string;
  /** Of the file, absolute; files that it names lie beside it. */
  readonly file: string;
  /** By language; `en` is there. */
  readonly title: Readonly<Record<string, string>>;
  readonly why: Readonly<Record<string, string>>;
  /** What the report table groups it under. */
  readonly area: 'functionality' | 'load' | 'resistance' | 'change' | 'sessions';
  readonly target: TargetRef;
  /** Manifest files that are applied before it and taken away after it, where they were not there. */
  readonly application: readonly string[];
  readonly load: DrillLoad;
  readonly steady: SteadyState;
  /** How long the load goes on without a fault, once it is steady: the phase that has to be good in every drill. */
  readonly calmMs: number;
  readonly faults: readonly FaultStep[];
  /** After the last fault has been undone or made good: how long is waited for recovery at most. */
  readonly recoverMs: number;
  readonly probes: readonly Probe[];
  readonly expectations: readonly Expectation[];
  readonly safety: Safety;
  readonly repeats: number;
  /** All that is chosen by chance comes from it; undefined: a new one, which is reported. */
  readonly seed?: number;
}

export interface TargetRef {
  /** A Service of the cluster; undefined: `url` alone is measured, and faults that need servers are impossible. */
  readonly service?: { readonly namespace: string; readonly name: string; readonly port?: string };
  /** Where users reach it; undefined: found by the Service. */
  readonly url?: string;
  /** The Host that users ask for, where an Ingress needs it. */
  readonly host?: string;
}

/** One of: requests of a path at a rate; users; a plan file. */
export interface DrillLoad {
  readonly ratePerSecond?: number;
  readonly users?: number;
  readonly thinkMs?: number;
  readonly path: string;
  readonly method: string;
  readonly body?: string;
  /** Each user keeps its cookies over all of its requests. */
  readonly sessions: boolean;
  /** A request that takes longer has failed. */
  readonly timeoutMs: number;
  /** YAML or .jmx, beside the drill. */
  readonly plan?: string;
}

/** Steady is when all of `limits` have held for `forMs`; within `withinMs` of the first request. */
export interface SteadyState {
  readonly limits: readonly Comparison[];
  readonly forMs: number;
  readonly withinMs: number;
  /** A sample slower than this is bad: see traffic RTO. */
  readonly slowMs: number;
}

export interface FaultStep {
  /** A name of fault/catalogue.ts, or `command` (local files only). */
  readonly fault: string;
  /** Milliseconds after the calm phase (`at`), or after the fault before it was proven (`after`). */
  readonly start: { readonly type: 'at' | 'after'; readonly ms: number };
  /** Then it is undone; undefined: at the end of the drill. Faults that nothing undoes (a kill) are over at once. */
  readonly forMs?: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface Probe {
  readonly name: string;
  /** `fault`: from the first proof to the last undo. */
  readonly when: 'start' | 'end' | 'continuous' | 'fault';
  readonly everyMs: number;
  readonly http?: {
    readonly path: string;
    readonly status: readonly string[];
    readonly contains?: string;
    readonly from?: 'outside';
  };
  /** An object of the API: `get pods -l app=web` and a JSONPath with the value it has to have. */
  readonly object?: {
    readonly resource: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly selector?: string;
    readonly jsonPath: string;
    readonly equals: string;
  };
  /** Every ready replica has answered; the biggest share is at most `times` the smallest. */
  readonly shares?: { readonly every: boolean; readonly times?: number };
}

/** What is measured over the whole drill, or over the window of its faults where `during` says so. */
export const measures = [
  'availability',
  'failedRequests',
  'trafficRto',
  'capacityRto',
  'p99',
  'sorryShare',
  'shedShare',
  'sessionsMoved',
  'duplicates',
  'unattributed',
  'backupsUsed',
  'transitions',
] as const;
export type Measure = (typeof measures)[number];

export interface Expectation {
  readonly measure: Measure;
  readonly limit: Comparison;
  readonly during: 'drill' | 'fault' | 'calm';
}

/** Crossed, the drill is halted, everything is undone, and the verdict says so. */
export interface Safety {
  /** Share of bad samples over `forMs`. */
  readonly badShare: number;
  readonly forMs: number;
  /** The whole drill. */
  readonly mostMs: number;
}
