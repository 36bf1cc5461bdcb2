// The kubelet's /stats/summary (v1alpha1), as far as it is read here, and what it says in the words of the metrics API.

import type { ContainerUsage, NodeUsage, PodUsage, Usage } from './metrics-source.ts';

interface Stats {
  cpu?: { time?: string; usageNanoCores?: number };
  memory?: { time?: string; workingSetBytes?: number };
}

export interface StatsSummary {
  node?: Stats & { nodeName?: string };
  pods?: (Stats & {
    podRef?: { name?: string; namespace?: string; uid?: string };
    containers?: (Stats & { name?: string })[];
  })[];
}

/** A pod is left out as long as one of its containers has no figures: half a pod would look like an idle one. `now` stands in for missing times. */
export function usageOf(nodeName: string, summary: StatsSummary, now: number): NodeUsage {
  const pods: PodUsage[] = [];
  for (const { podRef, containers = [] } of summary.pods ?? []) {
    const measured = containers.map(containerUsage).filter((container) => container !== undefined);
    if (!podRef?.name || !podRef.namespace || measured.length === 0 || measured.length < containers.length)
      continue;
    const atMs = Math.min(...containers.map((container) => timeOf(container, now)));
    pods.push({ namespace: podRef.namespace, name: podRef.name, atMs, containers: measured });
  }
  const node = summary.node ?? {};
  return { name: nodeName, atMs: timeOf(node, now), usage: usage(node), pods };
}

function containerUsage(stats: Stats & { name?: string }): ContainerUsage | undefined {
  const measured = usage(stats);
  return measured && stats.name ? { name: stats.name, ...measured } : undefined;
}

function usage({ cpu, memory }: Stats): Usage | undefined {
  const cpuNanocores = cpu?.usageNanoCores;
  const memoryBytes = memory?.workingSetBytes;
  if (!isAmount(cpuNanocores) || !isAmount(memoryBytes)) return undefined;
  return { cpuNanocores, memoryBytes };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function timeOf({ cpu, memory }: Stats, now: number): number {
  const at = Date.parse(cpu?.time ?? memory?.time ?? '');
  return Number.isNaN(at) ? now : at;
}
