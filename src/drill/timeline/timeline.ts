// What happened during a drill, in order, on the runner's clock: from the API as its watches told it, from the balancer by its own stamps.

import type { Told } from '../told.ts';

export type TimelineEvent = {
  /** machineTime(). */
  readonly at: number;
  readonly uncertaintyMs: number;
  /** One line in English; reports have their own words by `type`. */
  readonly text: string;
  readonly source: 'drill' | 'api' | 'balancer';
  /** A pod, node or server that it is about. */
  readonly subject?: string;
  readonly podUid?: string;
  readonly node?: string;
} & (
  | { readonly type: 'phase'; readonly phase: Phase }
  | {
      readonly type: 'fault-injected' | 'fault-undone';
      readonly fault: string;
      readonly step: number;
      /** In words; undefined: nobody in particular. */
      readonly victims?: Told;
    }
  | {
      readonly type: 'fault-proven';
      readonly fault: string;
      readonly step: number;
      readonly victims?: Told;
      readonly evidence: Told;
    }
  /** The chain: fault → detected → ejected → backup in → replaced → ready → recovered. */
  | { readonly type: 'node-not-ready' | 'node-ready' }
  | {
      readonly type:
        | 'pod-created'
        | 'pod-scheduled'
        | 'pod-ready'
        | 'pod-not-ready'
        | 'pod-leaving'
        | 'pod-gone'
        | 'pod-restarted';
    }
  | { readonly type: 'server-out'; readonly why?: Told }
  | { readonly type: 'server-in' | 'server-departing' }
  | { readonly type: 'backups'; readonly active: number; readonly wanted: number }
  | { readonly type: 'sorry'; readonly due: boolean }
  | { readonly type: 'engine'; readonly epoch: string }
  | { readonly type: 'traffic-bad' | 'traffic-good' | 'recovered' }
  | { readonly type: 'halted'; readonly reason: Told }
);

export type Phase = 'setup' | 'steady' | 'calm' | 'fault' | 'recovery' | 'end';
