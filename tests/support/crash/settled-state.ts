// What has to be true of Deployments, their ReplicaSets and pods, endpoints and nodes when everything has come to rest.

import assert from 'node:assert/strict';
import type {
  V1beta1NodeMetrics,
  V1beta1PodMetrics,
  V1Deployment,
  V1EndpointSlice,
  V1Endpoints,
  V1Node,
  V1Pod,
  V1ReplicaSet,
} from '../../../src/api/generated/types.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { parseQuantity, wholeUnits } from '../../../src/api/quantity.ts';
import type { Client } from '../../../src/client/client.ts';
import type { Resource } from '../../../src/client/resource.ts';
import {
  deployments,
  endpointSlices,
  endpoints,
  nodes,
  podMetrics,
  pods,
  replicaSets,
  resourceOf,
} from '../../../src/client/resources.ts';

export interface ClusterState {
  readonly deployments: readonly V1Deployment[];
  readonly replicaSets: readonly V1ReplicaSet[];
  readonly pods: readonly V1Pod[];
  readonly endpoints: readonly V1Endpoints[];
  readonly slices: readonly V1EndpointSlice[];
  readonly nodes: readonly V1Node[];
  /** What the nodes themselves say that runs on them. */
  readonly nodeMetrics: readonly V1beta1NodeMetrics[];
  readonly podMetrics: readonly V1beta1PodMetrics[];
}

const nodeMetrics = resourceOf<V1beta1NodeMetrics>(
  'metrics.k8s.io',
  'v1beta1',
  'NodeMetrics',
  'nodes',
  false,
);

export async function readState(client: Client, namespace: string): Promise<ClusterState> {
  const list = async <T extends KubeObject>(resource: Resource<T>) => {
    const { items } = await client.resource(resource, resource.namespaced ? namespace : undefined).list();
    return items;
  };
  return {
    deployments: await list(deployments),
    replicaSets: await list(replicaSets),
    pods: await list(pods),
    endpoints: await list(endpoints),
    slices: await list(endpointSlices),
    nodes: await list(nodes),
    nodeMetrics: await list(nodeMetrics),
    podMetrics: await list(podMetrics),
  };
}

/** Throws an AssertionError that says what is not as it should be. `apps` are the names of all Deployments, each with a Service. */
export function assertSettled(state: ClusterState, apps: readonly string[]): void {
  assert.deepEqual(namesOf(state.deployments), [...apps].sort());
  assertNodesReady(state.nodes);
  assertNoOrphans(state);
  for (const deployment of state.deployments) {
    assertRolledOut(deployment);
    assertReplicas(deployment, state);
    assertEndpoints(deployment.metadata.name, state);
  }
  assertAddressesUnique(state.pods);
  assertNothingElseRuns(state);
}

function assertNodesReady(all: readonly V1Node[]): void {
  for (const { metadata, spec, status } of all) {
    assert.ok(isTrue(status?.conditions, 'Ready'), `${metadata.name} is not Ready`);
    assert.deepEqual(spec?.taints ?? [], [], `${metadata.name} has taints`);
  }
}

/** Everything belongs to somebody who is there. */
function assertNoOrphans(state: ClusterState): void {
  const owners = new Set([...state.deployments, ...state.replicaSets].map(({ metadata }) => metadata.uid));
  for (const { metadata } of [...state.replicaSets, ...state.pods]) {
    const [owner, ...more] = metadata.ownerReferences ?? [];
    assert.ok(owner && owners.has(owner.uid) && more.length === 0, `${metadata.name} is an orphan`);
  }
}

function assertRolledOut({ metadata, spec, status }: V1Deployment): void {
  const { observedGeneration, replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = status ?? {};
  const { availableReplicas = 0, unavailableReplicas = 0 } = status ?? {};
  const wanted = spec?.replicas;
  assert.deepEqual(
    { observedGeneration, replicas, updatedReplicas, readyReplicas, availableReplicas, unavailableReplicas },
    {
      ...{ observedGeneration: metadata.generation, replicas: wanted, updatedReplicas: wanted },
      ...{ readyReplicas: wanted, availableReplicas: wanted, unavailableReplicas: 0 },
    },
    `the status of ${metadata.name}`,
  );
}

/** One ReplicaSet has them all, of the newest template, each Ready. */
function assertReplicas(deployment: V1Deployment, state: ClusterState): void {
  const { name, uid } = deployment.metadata;
  const wanted = deployment.spec?.replicas ?? 0;
  const sets = ownedBy(uid, state.replicaSets);
  const active = sets.filter(({ spec }) => (spec?.replicas ?? 0) > 0);
  assert.deepEqual(
    active.map(({ spec }) => spec?.replicas),
    wanted === 0 ? [] : [wanted],
    `the ReplicaSets of ${name}`,
  );
  const mine = sets.flatMap((set) => ownedBy(set.metadata.uid, state.pods));
  assert.equal(mine.length, wanted, `${name} has ${mine.length} pods of ${wanted}`);
  const image = deployment.spec?.template.spec?.containers[0]?.image;
  for (const { metadata, spec, status } of mine) {
    assert.equal(spec?.containers[0]?.image, image, `${metadata.name} is of an older template`);
    assert.equal(metadata.deletionTimestamp, undefined, `${metadata.name} is on its way out`);
    assert.ok(isTrue(status?.conditions, 'Ready'), `${metadata.name} is not Ready`);
  }
}

function assertEndpoints(name: string, state: ClusterState): void {
  const mine = state.pods.filter(({ metadata }) => metadata.labels?.app === name);
  const ready = mine.map(({ status }) => status?.podIP).sort();
  const old = state.endpoints.find(({ metadata }) => metadata.name === name)?.subsets ?? [];
  assert.deepEqual(old.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip)).sort(), ready);
  assert.deepEqual(
    old.flatMap(({ notReadyAddresses = [] }) => notReadyAddresses),
    [],
  );
  const slices = state.slices.filter(
    ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name,
  );
  const inSlices = slices.flatMap((slice) => slice.endpoints ?? []);
  assert.deepEqual(inSlices.flatMap(({ addresses }) => addresses).sort(), ready);
  assert.ok(inSlices.every(({ conditions }) => conditions?.ready && !conditions.terminating));
}

function assertAddressesUnique(all: readonly V1Pod[]): void {
  const addresses = all.map(({ status }) => status?.podIP);
  assert.equal(new Set(addresses).size, all.length, `pods share addresses: ${addresses}`);
}

/** What the nodes run is exactly the pods that there are, and each of them once. */
function assertNothingElseRuns(state: ClusterState): void {
  assert.deepEqual(namesOf(state.podMetrics), namesOf(state.pods));
  for (const { metadata, usage } of state.nodeMetrics) {
    const here = state.pods.filter(({ spec }) => spec?.nodeName === metadata.name);
    const names = new Set(here.map((pod) => pod.metadata.name));
    const measured = state.podMetrics.filter((one) => names.has(one.metadata.name));
    const ofPods = measured.flatMap(({ containers }) => containers.map((one) => bytesOf(one.usage)));
    const sum = ofPods.reduce((total, bytes) => total + bytes, 0);
    assert.equal(bytesOf(usage), sum, `${metadata.name} runs more than its pods`);
  }
}

function bytesOf(usage: Record<string, string> | undefined): number {
  return wholeUnits(parseQuantity(usage?.memory ?? '0'));
}

function ownedBy<T extends KubeObject>(uid: string, all: readonly T[]): T[] {
  return all.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === uid);
}

function namesOf(objects: readonly KubeObject[]): string[] {
  return objects.map(({ metadata }) => metadata.name).sort();
}

function isTrue(conditions: readonly { type: string; status: string }[] | undefined, type: string): boolean {
  return conditions?.find((condition) => condition.type === type)?.status === 'True';
}
