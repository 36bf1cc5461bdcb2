// Nodes and pods for tests, with only what a test cares about spelled out.

import type { V1Node, V1Pod, V1PodSpec } from '../../src/api/generated/types.ts';
import type { ObjectMeta } from '../../src/api/object.ts';

export function meta(name: string, more: Partial<ObjectMeta> = {}): ObjectMeta {
  return {
    name,
    namespace: 'default',
    uid: `uid-${name}`,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...more,
  };
}

export interface NodeShape {
  labels?: Record<string, string>;
  allocatable?: Record<string, string>;
  spec?: V1Node['spec'];
}

export function makeNode(name: string, shape: NodeShape = {}): V1Node {
  const metadata = meta(name, { labels: { 'kubernetes.io/hostname': name, ...shape.labels } });
  delete metadata.namespace;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata,
    spec: shape.spec ?? {},
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110', ...shape.allocatable } },
  };
}

export interface PodShape extends Partial<V1PodSpec> {
  labels?: Record<string, string>;
  namespace?: string;
  requests?: Record<string, string>;
  /** uid of the controlling ReplicaSet. */
  owner?: string;
  deletionTimestamp?: string;
}

export function makePod(name: string, shape: PodShape = {}): V1Pod {
  const { labels, namespace = 'default', requests, owner, deletionTimestamp, ...spec } = shape;
  const metadata = meta(name, { namespace, uid: `uid-${namespace}-${name}` });
  if (labels) metadata.labels = labels;
  if (deletionTimestamp) metadata.deletionTimestamp = deletionTimestamp;
  if (owner) {
    metadata.ownerReferences = [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true },
    ];
  }
  const containers = [{ name: 'app', image: 'app', ...(requests ? { resources: { requests } } : {}) }];
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, ...spec } };
}
