// What is being used right now, as the metrics API needs it, wherever it is measured.

export interface Usage {
  /** Billionths of a core: 1_000_000_000 is one core kept busy. */
  cpuNanocores: number;
  /** The working set. */
  memoryBytes: number;
}

export interface ContainerUsage extends Usage {
  name: string;
}

export interface PodUsage {
  namespace: string;
  name: string;
  /** When it was measured, wall-clock milliseconds. */
  atMs: number;
  /** Every container that has figures; never empty. */
  containers: readonly ContainerUsage[];
}

export interface NodeUsage {
  name: string;
  atMs: number;
  /** Of the node as a whole; undefined while it has no figures. */
  usage: Usage | undefined;
  pods: readonly PodUsage[];
}

export interface MetricsSource {
  /** What every node that answers in time reports, in no order. Never rejects because of a node. */
  nodeUsage(): Promise<readonly NodeUsage[]>;
}
