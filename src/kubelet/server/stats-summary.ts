// What the node and its pods use, in the format of the kubelet's /stats/summary. Pure. A virtual node uses what its pods use.

import { timestamp } from '../../api/timestamp.ts';
import type { ContainerUsage } from '../../runtime/runtime.ts';
import type { DirectoryPod } from '../pod-directory.ts';

interface Sums {
  at: number;
  cpuCoreNanoseconds: number;
  /** Undefined while one of them has no rate: half of it would look like an idle one. */
  cpuNanocores: number | undefined;
  memoryWorkingSetBytes: number;
}

/** `startedAt` is the node's, in milliseconds since the epoch, as `now` is. */
export function statsSummary(
  nodeName: string,
  pods: readonly DirectoryPod[],
  usages: readonly ContainerUsage[],
  startedAt: number,
  now: number,
): object {
  const byPod = Map.groupBy(usages, ({ podUid }) => podUid);
  const known = pods.filter(({ pod }) => byPod.has(pod.metadata.uid));
  return {
    node: { nodeName, startTime: timestamp(startedAt), ...resources(sum(usages, now)) },
    pods: known.map((one) => podStats(one, byPod.get(one.pod.metadata.uid) ?? [], now)),
  };
}

function podStats({ pod, container }: DirectoryPod, usages: readonly ContainerUsage[], now: number): object {
  const { name, namespace, uid } = pod.metadata;
  return {
    podRef: { name, namespace, uid },
    startTime: pod.status?.startTime ?? pod.metadata.creationTimestamp,
    containers: usages.map((usage) => ({
      name: usage.name,
      startTime: timestamp(container(usage.name)?.startedAt ?? now),
      ...resources(sum([usage], now)),
    })),
    ...resources(sum(usages, now)),
  };
}

function sum(usages: readonly ContainerUsage[], now: number): Sums {
  const total: Sums = { at: now, cpuCoreNanoseconds: 0, cpuNanocores: 0, memoryWorkingSetBytes: 0 };
  for (const usage of usages) {
    total.at = Math.min(total.at, usage.at);
    total.cpuCoreNanoseconds += usage.cpuCoreNanoseconds;
    total.cpuNanocores = plus(total.cpuNanocores, usage.cpuNanocores);
    total.memoryWorkingSetBytes += usage.memoryWorkingSetBytes;
  }
  return total;
}

function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

function resources({ at, cpuCoreNanoseconds, cpuNanocores, memoryWorkingSetBytes }: Sums): object {
  const time = timestamp(at);
  return {
    cpu: { time, usageNanoCores: cpuNanocores, usageCoreNanoSeconds: cpuCoreNanoseconds },
    memory: { time, usageBytes: memoryWorkingSetBytes, workingSetBytes: memoryWorkingSetBytes },
  };
}
