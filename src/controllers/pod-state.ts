// What controllers ask of a pod: is it in use, is it ready, and for how long.

import { hasEnded } from '../api/core/pod-phase.ts';
import { isReady } from '../api/core/readiness.ts';
import type { V1Pod } from '../api/generated/types.ts';

/** Not finished and not on its way out. */
export function isActive(pod: V1Pod): boolean {
  return !hasEnded(pod) && !pod.metadata.deletionTimestamp;
}

/** Wall-clock milliseconds; undefined for a pod that is not ready, or does not say since when. */
export function readySince(pod: V1Pod): number | undefined {
  const condition = pod.status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'True');
  const since = Date.parse(condition?.lastTransitionTime ?? '');
  return Number.isNaN(since) ? undefined : since;
}

/** Ready for at least `minReadySeconds`. `now` is wall-clock milliseconds. */
export function isAvailable(pod: V1Pod, minReadySeconds: number, now: number): boolean {
  if (!isReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const since = readySince(pod);
  return since !== undefined && since + minReadySeconds * 1000 <= now;
}

/** Milliseconds until the next ready pod becomes available; undefined when none will by waiting. */
export function nextAvailableInMs(
  pods: readonly V1Pod[],
  minReadySeconds: number,
  now: number,
): number | undefined {
  let next: number | undefined;
  for (const pod of pods) {
    const since = readySince(pod);
    if (since === undefined || isAvailable(pod, minReadySeconds, now)) continue;
    const left = since + minReadySeconds * 1000 - now;
    if (next === undefined || left < next) next = left;
  }
  return next;
}
