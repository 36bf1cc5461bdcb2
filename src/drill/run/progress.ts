// What a run of a drill tells while it goes on: for whoever sits before a terminal. Nothing depends on it.

import type { Told } from '../told.ts';
import type { Verdict } from '../verdict/evidence.ts';

/** Of the last second, as users saw it. */
export interface Rates {
  readonly ok: number;
  readonly failed: number;
  readonly sorry: number;
  readonly shed: number;
  readonly inFlight: number;
  /** Undefined: nothing was answered. */
  readonly p99Ms?: number;
}

export type DrillProgress =
  | { readonly type: 'recovered-earlier'; readonly drill: string }
  | { readonly type: 'applying'; readonly files: readonly string[] }
  | { readonly type: 'starting'; readonly waitsFor: Told }
  | { readonly type: 'run'; readonly index: number; readonly of: number; readonly seed: number }
  | { readonly type: 'load'; readonly url: string; readonly what: Told }
  /** `waitsFor`: the limit that does not hold yet; undefined: the time that it has to hold for. */
  | { readonly type: 'steady'; readonly waitsFor?: Told }
  | { readonly type: 'calm'; readonly forMs: number }
  /** `victims` undefined: nobody in particular. */
  | { readonly type: 'fault'; readonly name: string; readonly victims?: Told }
  | { readonly type: 'proven'; readonly name: string; readonly evidence: Told; readonly afterMs: number }
  /** A whole sentence that names the fault. */
  | { readonly type: 'not-proven'; readonly why: Told }
  | { readonly type: 'undone'; readonly name: string; readonly remains: readonly Told[] }
  | { readonly type: 'recovery'; readonly waitsFor: Told }
  | { readonly type: 'recovered' }
  | { readonly type: 'never-recovered'; readonly why: Told }
  | { readonly type: 'halted'; readonly why: Told }
  | { readonly type: 'gathering' }
  | {
      readonly type: 'verdict';
      readonly index: number;
      readonly verdict: Verdict;
      readonly reasons: readonly Told[];
    }
  | { readonly type: 'rates'; readonly rates: Rates };

export type OnProgress = (progress: DrillProgress) => void;
