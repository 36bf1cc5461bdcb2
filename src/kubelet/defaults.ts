// The times of a kubelet and their defaults.

import type { BackoffOptions } from '../base/backoff.ts';

export interface KubeletTimings {
  /** How often the lease is renewed. Default 1,000. */
  leaseIntervalMs: number;
  /** Written into the lease. Default 4: a node that is not heard of for so long counts as lost. */
  leaseDurationSeconds: number;
  /** The node's status is written at least this often, though nothing changed. Default 300,000. */
  nodeStatusEveryMs: number;
  /** Restarts of containers. Default 10 s, doubling to 5 min. */
  crashBackoff: BackoffOptions;
  /** Images that cannot be had. Default 10 s, doubling to 5 min. */
  imageBackoff: BackoffOptions;
  /** Whatever else keeps a container from being started: a missing ConfigMap, an address. Default 1 s, doubling to 15 s. */
  retryBackoff: BackoffOptions;
  /** Writes to the API that failed. Default 100 ms, doubling to 2 s. */
  apiBackoff: BackoffOptions;
  /**
   * The first status of a pod that is being started waits so long for the start to finish: most pods then need one write instead of two.
   * Default 200.
   */
  settleMs: number;
}

export const defaultTimings: KubeletTimings = {
  leaseIntervalMs: 1_000,
  leaseDurationSeconds: 4,
  nodeStatusEveryMs: 300_000,
  crashBackoff: { initialMs: 10_000, maxMs: 300_000 },
  imageBackoff: { initialMs: 10_000, maxMs: 300_000 },
  retryBackoff: { initialMs: 1_000, maxMs: 15_000 },
  apiBackoff: { initialMs: 100, maxMs: 2_000, jitter: 0.5 },
  settleMs: 200,
};

export function resolveTimings(timings: Partial<KubeletTimings> = {}): KubeletTimings {
  const resolved = { ...defaultTimings, ...timings };
  for (const name of ['leaseIntervalMs', 'leaseDurationSeconds', 'nodeStatusEveryMs'] as const) {
    if (!(resolved[name] > 0)) throw new RangeError(`${name} must be greater than 0, not ${resolved[name]}`);
  }
  return Object.freeze(resolved);
}
