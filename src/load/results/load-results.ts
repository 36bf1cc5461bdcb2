// What a run has to show at its end. Plain data but for Map: what results.json holds, less its histograms.

import type { Plan } from '../plan/plan.ts';
import type { Sample } from '../sample.ts';
import type { Second } from './second.ts';

export interface LoadResults {
  readonly runId: string;
  readonly plan: Plan;
  /** Wall clock, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly workers: number;
  /** Who ended it. */
  readonly end: 'done' | 'stopped' | 'stopped by the plan';
  /** Transactions are not part of it. */
  readonly total: LabelSummary;
  /** In the order in which they first came. */
  readonly labels: readonly LabelSummary[];
  readonly seconds: readonly Second[];
  readonly dropped: number;
  /** Cut by stop('now'): sent and never answered. */
  readonly cut: number;
  /** Sent once more because a kept connection had been closed. */
  readonly repeated: number;
  readonly saturation: Saturation;
  readonly thresholds: readonly ThresholdOutcome[];
  /** Failures, and the first good ones of each label. */
  readonly tree: readonly Sample[];
  /** Failures that the tree has no place for. */
  readonly failuresNotKept: number;
  /** Makes wall-clock time of the tree's machineTime(). */
  readonly clockOffsetMs?: number;
  /** When groups (by their index in the plan) were told to begin, since the start. */
  readonly phases?: readonly { readonly groups: readonly number[]; readonly startedMs: number }[];
  readonly about?: RunAbout;
}

/** What somebody needs who wants to repeat it. */
export interface RunAbout {
  readonly relevo: string;
  readonly node: string;
  /** Operating system and processor. */
  readonly system: string;
  readonly cores: number;
  /** The command line, one word each, without secrets. */
  readonly command?: readonly string[];
}

/** As JMeter's aggregate report: milliseconds, per second, kB of 1,024 bytes. */
export interface LabelSummary {
  readonly label: string;
  readonly isTransaction: boolean;
  readonly count: number;
  readonly failed: number;
  readonly sorry: number;
  readonly shed: number;
  readonly naive: Latencies;
  /** Where there is a schedule; samples without one (later steps of an iteration) are in it as in `naive`. */
  readonly corrected?: Latencies;
  /** From the first start to the last end. */
  readonly throughputPerSecond: number;
  readonly receivedKbPerSecond: number;
  readonly sentKbPerSecond: number;
  readonly meanBytes: number;
  /** By code and message, the most frequent first. */
  readonly errors: readonly { readonly code: string; readonly message: string; readonly count: number }[];
}

/** Milliseconds; percentiles have three significant digits. */
export interface Latencies {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly deviation: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
}

/** Whether the figures are the generator's and not the application's: DRILLS.md "Invalid". */
export interface Saturation {
  readonly isSaturated: boolean;
  /** One line for each sign of it. */
  readonly reasons: readonly string[];
  /** The same for programs, and for other languages. */
  readonly signs: readonly SaturationSign[];
}

export type SaturationSign =
  /** 1 % of the requests were sent later than that. */
  | { readonly type: 'late'; readonly ms: number; readonly limitMs: number }
  /** A worker used more of a core, or its event loop was busy for more of the time, than this share (0 to 1). */
  | { readonly type: 'cpu' | 'loop'; readonly share: number }
  | { readonly type: 'dropped'; readonly count: number };

export interface ThresholdOutcome {
  /** As it was written. */
  readonly text: string;
  readonly ok: boolean;
  /** In the unit of the limit. */
  readonly measured: number;
  readonly limit: number;
  readonly unit: 'ms' | '%' | '/s' | '';
  /** Why it could not be measured: then it is not met. */
  readonly why?: string;
}
