// What a drill's file has, as scenario-schema.ts says and with its defaults: texts where a scenario has numbers.

import type { Measure } from './scenario.ts';

/** A text such as `<=2s`, or a number. */
export type WrittenLimit = string | number;

export type WrittenLimits = { readonly [measure in Measure]?: WrittenLimit };

export interface WrittenFault {
  readonly fault: string;
  readonly at?: string;
  readonly after?: string;
  readonly for?: string;
  readonly with: Record<string, unknown>;
}

export interface WrittenProbe {
  readonly name: string;
  readonly when: 'start' | 'end' | 'continuous' | 'fault';
  readonly every: string;
  readonly http?: { path: string; status: string[]; contains?: string; from?: 'outside' };
  readonly object?: {
    resource: string;
    name?: string;
    namespace?: string;
    selector?: string;
    jsonPath: string;
    equals: string;
  };
  readonly shares?: { every: boolean; atMost?: number };
}

export interface WrittenScenario {
  readonly name?: string;
  readonly title?: Record<string, string>;
  readonly why?: Record<string, string>;
  readonly area: 'functionality' | 'load' | 'resistance' | 'change' | 'sessions';
  readonly application: string[];
  readonly target: { service?: string; namespace: string; port?: string; url?: string; host?: string };
  readonly load: {
    rate?: string;
    users?: number;
    think?: string;
    plan?: string;
    path: string;
    method: string;
    body?: string;
    sessions: boolean;
    timeout: string;
  };
  readonly steady: {
    errors?: WrittenLimit;
    p99?: WrittenLimit;
    p95?: WrittenLimit;
    rate?: WrittenLimit;
    for: string;
    within: string;
    slow?: string;
  };
  readonly calm: string;
  readonly faults: WrittenFault[];
  readonly recover: string;
  readonly probes: WrittenProbe[];
  readonly expect: WrittenLimits & { fault?: WrittenLimits; calm?: WrittenLimits };
  readonly safety: { bad: string; for: string; within: string };
  readonly repeats: number;
  readonly random?: { seed?: number };
}
