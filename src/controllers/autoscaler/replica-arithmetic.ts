// How many replicas the usage of the pods asks for (Kubernetes' HorizontalPodAutoscaler algorithm). Pure: amounts are integers in
// thousandths, times wall-clock milliseconds.

import { hasEnded } from '../../api/core/pod-phase.ts';
import type { V1Pod } from '../../api/generated/types.ts';
import { conditionOf } from '../conditions.ts';

export interface Usage {
  amount: number;
  /** When it was measured, over how long a window. */
  timestamp: number;
  windowMs: number;
}

export interface PodSample {
  pod: V1Pod;
  /** Undefined when the metrics server has none yet. */
  usage: Usage | undefined;
}

/** What each pod requests; missing for a pod without a request. */
export type RequestOf = (pod: V1Pod) => number;

export interface ArithmeticOptions {
  /** No scaling while usage is within this share of the target. Default 0.1. */
  tolerance?: number;
  /** A pod's cpu right after its start says little; milliseconds. Default 300,000. */
  cpuInitializationMs?: number;
  /** A pod that is not ready so soon after its start never was. Default 30,000. */
  initialReadinessMs?: number;
}

export type Target =
  | { kind: 'utilization'; percent: number; requestOf: RequestOf }
  | { kind: 'average'; amount: number };

export interface Proposal {
  replicas: number;
  /** Percent of requests; only for a utilization target. */
  utilization?: number;
  /** Mean per pod. */
  average: number;
}

interface Groups {
  measured: Map<string, { pod: V1Pod; amount: number }>;
  unready: V1Pod[];
  missing: V1Pod[];
}

type Resolved = Required<ArithmeticOptions>;

function isUnreadyForCpu(pod: V1Pod, usage: Usage, now: number, options: Resolved): boolean {
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  if (!ready || !pod.status?.startTime) return true;
  const started = Date.parse(pod.status.startTime);
  const changed = Date.parse(ready.lastTransitionTime ?? pod.status.startTime);
  if (started + options.cpuInitializationMs > now) {
    return ready.status === 'False' || usage.timestamp < changed + usage.windowMs;
  }
  return ready.status === 'False' && started + options.initialReadinessMs > changed;
}

function group(samples: readonly PodSample[], resource: string, now: number, options: Resolved): Groups {
  const groups: Groups = { measured: new Map(), unready: [], missing: [] };
  for (const { pod, usage } of samples) {
    if (pod.metadata.deletionTimestamp || hasEnded(pod)) continue;
    if (pod.status?.phase === 'Pending') groups.unready.push(pod);
    else if (!usage) groups.missing.push(pod);
    else if (resource === 'cpu' && isUnreadyForCpu(pod, usage, now, options)) groups.unready.push(pod);
    else groups.measured.set(pod.metadata.uid, { pod, amount: usage.amount });
  }
  return groups;
}

interface Ratio {
  ratio: number;
  utilization?: number;
  average: number;
}

function ratioOf(measured: Groups['measured'], target: Target): Ratio {
  const all = [...measured.values()];
  const sum = all.reduce((total, { amount }) => total + amount, 0);
  const average = Math.floor(sum / all.length);
  if (target.kind === 'average') return { ratio: average / target.amount, average };
  const requested = all.reduce((total, { pod }) => total + target.requestOf(pod), 0);
  if (requested === 0) throw new Error('no metrics returned matched known pods');
  const utilization = Math.floor((sum * 100) / requested);
  return { ratio: utilization / target.percent, utilization, average };
}

/** What a pod without metrics is taken to use: as much as would hold back the scaling that is about to happen. */
function assumed(pod: V1Pod, target: Target): number {
  if (target.kind === 'average') return target.amount;
  return Math.floor((target.requestOf(pod) * Math.max(100, target.percent)) / 100);
}

function replicasFor(
  current: number,
  first: Ratio,
  groups: Groups,
  target: Target,
  tolerance: number,
): number {
  // 1.1 is within a tenth, whatever floating point says of 1.1 - 1.
  const within = (ratio: number): boolean => Math.abs(1 - ratio) <= tolerance + 1e-9;
  const { measured, unready, missing } = groups;
  const counted = measured.size;
  const grows = first.ratio > 1;
  const unreadyCount = grows ? unready.length : 0;
  if (unreadyCount === 0 && missing.length === 0) {
    return within(first.ratio) ? current : Math.ceil(first.ratio * counted);
  }
  const guessed = new Map(measured);
  for (const pod of missing) guessed.set(pod.metadata.uid, { pod, amount: grows ? 0 : assumed(pod, target) });
  if (grows) for (const pod of unready) guessed.set(pod.metadata.uid, { pod, amount: 0 });
  const { ratio } = ratioOf(guessed, target);
  const turned = (first.ratio < 1 && ratio > 1) || (first.ratio > 1 && ratio < 1);
  if (within(ratio) || turned) return current;
  const replicas = Math.ceil(ratio * guessed.size);
  const against = (ratio < 1 && replicas > current) || (ratio > 1 && replicas < current);
  return against ? current : replicas;
}

/**
 * Pods on their way out or ended do not count; pods that are not ready count as using nothing when it would grow; pods without metrics
 * as using what holds the change back. Throws when no pod can be measured.
 */
export function proposeReplicas(
  current: number,
  samples: readonly PodSample[],
  resource: string,
  target: Target,
  now: number,
  options: ArithmeticOptions = {},
): Proposal {
  const resolved: Resolved = {
    tolerance: 0.1,
    cpuInitializationMs: 300_000,
    initialReadinessMs: 30_000,
    ...options,
  };
  const groups = group(samples, resource, now, resolved);
  if (groups.measured.size === 0) {
    throw new Error('did not receive metrics for targeted pods (pods might be unready)');
  }
  const first = ratioOf(groups.measured, target);
  const replicas = replicasFor(current, first, groups, target, resolved.tolerance);
  const { utilization, average } = first;
  return { replicas, average, ...(utilization === undefined ? {} : { utilization }) };
}
