// A Deployment's spec with its numbers worked out: percentages resolved, "no limit" made undefined. Pure.

import type { V1Deployment } from '../../api/generated/types.ts';

export interface ResolvedSpec {
  replicas: number;
  strategy: 'RollingUpdate' | 'Recreate';
  /** Pods beyond `replicas` that may exist; 0 for Recreate. */
  maxSurge: number;
  /** Pods of `replicas` that may be unavailable; 0 for Recreate. */
  maxUnavailable: number;
  minReadySeconds: number;
  /** Undefined: progress has no deadline. */
  progressDeadlineSeconds: number | undefined;
  /** Old ReplicaSets that are kept; undefined: all. */
  revisionHistoryLimit: number | undefined;
  paused: boolean;
}

/** How Kubernetes writes "no limit". */
const maxInt32 = 2_147_483_647;

export function resolveSpec({ spec }: V1Deployment): ResolvedSpec {
  const replicas = spec.replicas ?? 1;
  const strategy = spec.strategy?.type === 'Recreate' ? 'Recreate' : 'RollingUpdate';
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy?.rollingUpdate ?? {};
  const room =
    strategy === 'Recreate'
      ? { maxSurge: 0, maxUnavailable: 0 }
      : resolveRoom(maxSurge, maxUnavailable, replicas);
  return {
    replicas,
    strategy,
    ...room,
    minReadySeconds: spec.minReadySeconds ?? 0,
    progressDeadlineSeconds: limited(spec.progressDeadlineSeconds),
    revisionHistoryLimit: limited(spec.revisionHistoryLimit),
    paused: spec.paused ?? false,
  };
}

/**
 * How far a rolling update may deviate, in pods. Percentages of surge are rounded up, of unavailability down; when both come to
 * nothing one pod may be unavailable, or the update could never begin.
 */
export function resolveRoom(
  maxSurge: number | string,
  maxUnavailable: number | string,
  replicas: number,
): { maxSurge: number; maxUnavailable: number } {
  const surge = resolve(maxSurge, replicas, Math.ceil);
  const unavailable = resolve(maxUnavailable, replicas, Math.floor);
  const least = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { maxSurge: surge, maxUnavailable: Math.min(least, replicas) };
}

function resolve(value: number | string, total: number, round: (n: number) => number): number {
  if (typeof value === 'number') return value;
  // In whole numbers: 0.07 * 100 is more than 7.
  const percent = Number.parseInt(value, 10);
  return Number.isNaN(percent) ? 0 : round((percent * total) / 100);
}

function limited(limit: number | undefined): number | undefined {
  return limit === maxInt32 ? undefined : limit;
}
