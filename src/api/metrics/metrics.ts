// metrics.k8s.io/v1beta1: what `kubectl top` reads. Measured on demand, never stored.

import { nameColumn, text } from '../columns.ts';
import type { V1beta1NodeMetrics, V1beta1PodMetrics } from '../generated/types.ts';
import { type Column, declareKind } from '../kind.ts';
import { addQuantities, formatQuantity, parseQuantity, zeroQuantity } from '../quantity.ts';

type Metrics = V1beta1NodeMetrics | V1beta1PodMetrics;

function usage(metrics: Metrics, resource: string): string {
  const parts = 'usage' in metrics ? [metrics.usage] : metrics.containers.map((container) => container.usage);
  const quantities = parts.map((part) => parseQuantity(part[resource] ?? '0'));
  return formatQuantity(quantities.reduce(addQuantities, zeroQuantity));
}

const columns: Column<Metrics>[] = [
  nameColumn,
  text('Cpu', (metrics) => usage(metrics, 'cpu')),
  text('Memory', (metrics) => usage(metrics, 'memory')),
  text('Window', (metrics) => metrics.window),
];

const common = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  verbs: ['get', 'list'],
  singular: '',
  generation: false,
} as const;

export const nodeMetrics = declareKind<V1beta1NodeMetrics>({
  ...common,
  kind: 'NodeMetrics',
  plural: 'nodes',
  namespaced: false,
  schema: 'io.k8s.metrics.pkg.apis.metrics.v1beta1.NodeMetrics',
  columns,
});

export const podMetrics = declareKind<V1beta1PodMetrics>({
  ...common,
  kind: 'PodMetrics',
  plural: 'pods',
  namespaced: true,
  schema: 'io.k8s.metrics.pkg.apis.metrics.v1beta1.PodMetrics',
  columns,
});
