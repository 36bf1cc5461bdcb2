// The resources that are served, each with its type. Custom kinds declare theirs where they live, with `resourceOf()`.

import type {
  CoreV1Event,
  V1beta1PodMetrics,
  V1ConfigMap,
  V1CustomResourceDefinition,
  V1Deployment,
  V1EndpointSlice,
  V1Endpoints,
  V1Lease,
  V1Namespace,
  V1Node,
  V1Pod,
  V1PodDisruptionBudget,
  V1ReplicaSet,
  V1Secret,
  V1Service,
  V1ServiceAccount,
  V2HorizontalPodAutoscaler,
} from '../api/generated/types.ts';
import type { KubeObject } from '../api/object.ts';
import type { Resource } from './resource.ts';

/** Binds a kind's place to its type. */
export function resourceOf<T extends KubeObject>(
  group: string,
  version: string,
  kind: string,
  plural: string,
  namespaced: boolean,
): Resource<T> {
  return { group, version, kind, plural, namespaced };
}

export const namespaces = resourceOf<V1Namespace>('', 'v1', 'Namespace', 'namespaces', false);
export const nodes = resourceOf<V1Node>('', 'v1', 'Node', 'nodes', false);
export const pods = resourceOf<V1Pod>('', 'v1', 'Pod', 'pods', true);
export const services = resourceOf<V1Service>('', 'v1', 'Service', 'services', true);
export const endpoints = resourceOf<V1Endpoints>('', 'v1', 'Endpoints', 'endpoints', true);
export const configMaps = resourceOf<V1ConfigMap>('', 'v1', 'ConfigMap', 'configmaps', true);
export const secrets = resourceOf<V1Secret>('', 'v1', 'Secret', 'secrets', true);
export const events = resourceOf<CoreV1Event>('', 'v1', 'Event', 'events', true);
export const serviceAccounts = resourceOf<V1ServiceAccount>(
  '',
  'v1',
  'ServiceAccount',
  'serviceaccounts',
  true,
);

export const deployments = resourceOf<V1Deployment>('apps', 'v1', 'Deployment', 'deployments', true);
export const replicaSets = resourceOf<V1ReplicaSet>('apps', 'v1', 'ReplicaSet', 'replicasets', true);

export const horizontalPodAutoscalers = resourceOf<V2HorizontalPodAutoscaler>(
  'autoscaling',
  'v2',
  'HorizontalPodAutoscaler',
  'horizontalpodautoscalers',
  true,
);

export const endpointSlices = resourceOf<V1EndpointSlice>(
  'discovery.k8s.io',
  'v1',
  'EndpointSlice',
  'endpointslices',
  true,
);

export const podDisruptionBudgets = resourceOf<V1PodDisruptionBudget>(
  'policy',
  'v1',
  'PodDisruptionBudget',
  'poddisruptionbudgets',
  true,
);

export const leases = resourceOf<V1Lease>('coordination.k8s.io', 'v1', 'Lease', 'leases', true);

export const customResourceDefinitions = resourceOf<V1CustomResourceDefinition>(
  'apiextensions.k8s.io',
  'v1',
  'CustomResourceDefinition',
  'customresourcedefinitions',
  false,
);

export const podMetrics = resourceOf<V1beta1PodMetrics>(
  'metrics.k8s.io',
  'v1beta1',
  'PodMetrics',
  'pods',
  true,
);
