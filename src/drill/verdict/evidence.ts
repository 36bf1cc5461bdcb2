// Everything that one run of a drill found, as plain data: what reports are made of, and what result.json holds.

import type { LabelSummary } from '../../load/results/load-results.ts';
import type { Accounting } from '../accounting/accounting.ts';
import type { Proof, Victims } from '../fault/fault.ts';
import type { Expectation, Measure, Scenario } from '../scenario/scenario.ts';
import type { TimelineEvent } from '../timeline/timeline.ts';
import type { Told } from '../told.ts';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

export interface DrillResult {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Wall clock, milliseconds since the epoch; ISO in JSON reports. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly runs: readonly RunEvidence[];
  readonly verdict: Verdict;
  /** Why it is not a pass, the weightiest first. */
  readonly reasons: readonly Told[];
  /** How to do the same once more. */
  readonly command: string;
  readonly versions: Readonly<Record<string, string>>;
}

export interface RunEvidence {
  readonly index: number;
  readonly seed: number;
  readonly verdict: Verdict;
  readonly reasons: readonly Told[];
  /** machineTime() of phases; undefined: not reached. */
  readonly phases: Readonly<
    Partial<Record<'load' | 'steady' | 'calm' | 'fault' | 'undone' | 'recovered' | 'end', number>>
  >;
  readonly faults: readonly FaultEvidence[];
  readonly measured: Readonly<Partial<Record<Measure, Measured>>>;
  readonly outcomes: readonly ExpectationOutcome[];
  readonly probes: readonly ProbeOutcome[];
  readonly timeline: readonly TimelineEvent[];
  readonly accounting: Accounting;
  readonly load: LabelSummary;
  /** For the graphs: one point a tenth of a second, from the first request. */
  readonly series: Series;
  readonly invalid: readonly Told[];
  /** What could not be taken back; empty: everything was, and that was proven. */
  readonly remains: readonly Told[];
  readonly halted?: Told;
  /** Of all clocks involved against the runner's. */
  readonly clockUncertaintyMs: number;
}

export interface FaultEvidence {
  readonly step: number;
  readonly name: string;
  readonly victims: Victims;
  readonly injectedAt?: number;
  readonly proof?: Proof;
  readonly undoneAt?: number;
  /** Samples within its window, and of those to victims before it. */
  readonly samplesInWindow: number;
  readonly hitsOnVictimsBefore: number;
}

/** Undefined value: it cannot be said, for a reason. */
export interface Measured {
  readonly value?: number;
  readonly unit: 'ms' | 'share' | 'count';
  readonly uncertainty: number;
  readonly samples: number;
  readonly why?: Told;
  /** It did not come about within the drill (no recovery): beyond every limit. */
  readonly broken?: true;
}

export interface ExpectationOutcome {
  readonly expectation: Expectation;
  readonly result: 'met' | 'broken' | 'undecided';
  readonly measured?: Measured;
  readonly why?: Told;
}

export interface ProbeOutcome {
  readonly name: string;
  readonly good: number;
  readonly bad: number;
  readonly ok: boolean;
  /** What the first bad one saw. */
  readonly saw?: Told;
}

/** Parallel lists. */
export interface Series {
  readonly stepMs: number;
  readonly ok: readonly number[];
  readonly failed: readonly number[];
  readonly sorry: readonly number[];
  readonly shed: readonly number[];
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
  /** Requests answered by server name. */
  readonly servers: Readonly<Record<string, readonly number[]>>;
}
