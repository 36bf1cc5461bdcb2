// Which EndpointSlices say what an Endpoints object says that a user wrote, and what has to be written so that they do. Pure.

import type {
  DiscoveryV1EndpointPort,
  V1Endpoint,
  V1EndpointAddress,
  V1EndpointSlice,
  V1EndpointSubset,
  V1Endpoints,
} from '../../api/generated/types.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import type { Draft } from '../../client/resource.ts';
import { controllerReference } from '../owner-references.ts';
import { managedByLabel, type SlicePlan, serviceNameLabel } from './slice-plan.ts';

export const mirroredBy = 'endpointslicemirroring-controller.k8s.io';
const skipMirrorLabel = 'endpointslice.kubernetes.io/skip-mirror';
/** Old clients elect leaders with Endpoints: those change every few seconds and lead nowhere. */
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';
/** Speak of the Endpoints object itself. */
const ownAnnotations = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'endpoints.kubernetes.io/last-change-trigger-time',
];
/** Kubernetes' own bounds: of a subset only so many addresses are mirrored, and so many fit into a slice. */
const maxPerSubset = 1000;
const maxPerSlice = 100;

/** Whether its owner wants slices of it. */
export function isMirrored({ metadata: { labels, annotations } }: V1Endpoints): boolean {
  return labels?.[skipMirrorLabel] !== 'true' && annotations?.[leaderAnnotation] === undefined;
}

/** Endpoints of one kind of address with the same ports. */
interface Group {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly ports: DiscoveryV1EndpointPort[];
  /** By address: what is in two subsets is told once, and is ready when one of them says so. */
  readonly endpoints: Map<string, V1Endpoint>;
}

/** `existing` are the slices of this object that mirroring manages. Endpoints without an address have one empty slice. */
export function planMirror(source: V1Endpoints, existing: readonly V1EndpointSlice[]): SlicePlan {
  const plan: SlicePlan = { create: [], update: [], delete: [] };
  const unused = existing
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  for (const wanted of slicesFor(source)) {
    const at = unused.findIndex((slice) => keyOfSlice(slice) === keyOfSlice(wanted));
    const [slice] = at < 0 ? [] : unused.splice(at, 1);
    if (!slice) plan.create.push(wanted);
    else if (!says(slice, wanted)) plan.update.push(merged(slice, wanted));
  }
  plan.delete.push(...unused);
  return plan;
}

function slicesFor(source: V1Endpoints): Draft<V1EndpointSlice>[] {
  const groups = groupsOf(source.subsets ?? []);
  if (groups.length === 0) groups.push({ addressType: 'IPv4', ports: [], endpoints: new Map() });
  return groups.flatMap(({ addressType, ports, endpoints }) =>
    chunksOf([...endpoints.values()]).map((chunk) => ({
      metadata: metadataOf(source),
      ...{ addressType, ports, endpoints: chunk },
    })),
  );
}

function groupsOf(subsets: readonly V1EndpointSubset[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    const all = [
      ...addresses.map((address) => ({ address, ready: true })),
      ...notReadyAddresses.map((address) => ({ address, ready: false })),
    ];
    for (const { address, ready } of all.slice(0, maxPerSubset)) {
      const group = groupIn(groups, address.ip.includes(':') ? 'IPv6' : 'IPv4', ports.map(slicePort));
      if (ready || !group.endpoints.has(address.ip))
        group.endpoints.set(address.ip, endpointOf(address, ready));
    }
  }
  return [...groups.values()];
}

function groupIn(
  groups: Map<string, Group>,
  addressType: Group['addressType'],
  ports: DiscoveryV1EndpointPort[],
): Group {
  const key = keyOfSlice({ addressType, ports });
  const group = groups.get(key) ?? { addressType, ports, endpoints: new Map() };
  groups.set(key, group);
  return group;
}

/** What a slice's endpoints have in common; the API fills in what is not said. */
function keyOfSlice({ addressType, ports }: { addressType: string; ports?: DiscoveryV1EndpointPort[] }) {
  return JSON.stringify([addressType, (ports ?? []).map(slicePort)]);
}

function slicePort({ name = '', port, protocol = 'TCP', appProtocol }: DiscoveryV1EndpointPort) {
  return { name, ...(port === undefined ? {} : { port }), protocol, ...(appProtocol ? { appProtocol } : {}) };
}

function endpointOf({ ip, hostname, nodeName, targetRef }: V1EndpointAddress, ready: boolean): V1Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(targetRef ? { targetRef } : {}),
  };
}

function chunksOf(endpoints: V1Endpoint[]): V1Endpoint[][] {
  const chunks = [endpoints.slice(0, maxPerSlice)];
  for (let at = maxPerSlice; at < endpoints.length; at += maxPerSlice) {
    chunks.push(endpoints.slice(at, at + maxPerSlice));
  }
  return chunks;
}

function metadataOf(source: V1Endpoints): Draft<V1EndpointSlice>['metadata'] {
  const { name, namespace, labels, annotations = {} } = source.metadata;
  const copied = Object.entries(annotations).filter(([key]) => !ownAnnotations.includes(key));
  return {
    generateName: `${name}-`,
    namespace,
    labels: { ...labels, [serviceNameLabel]: name, [managedByLabel]: mirroredBy },
    annotations: Object.fromEntries(copied),
    ownerReferences: [controllerReference(source)],
  };
}

function says({ metadata, endpoints = [] }: V1EndpointSlice, wanted: Draft<V1EndpointSlice>): boolean {
  return (
    deepEqual(endpoints, wanted.endpoints) &&
    deepEqual(metadata.labels, wanted.metadata.labels) &&
    deepEqual(metadata.annotations ?? {}, wanted.metadata.annotations) &&
    deepEqual(metadata.ownerReferences, wanted.metadata.ownerReferences)
  );
}

function merged(slice: V1EndpointSlice, { metadata, endpoints }: Draft<V1EndpointSlice>): V1EndpointSlice {
  const { labels, annotations, ownerReferences } = metadata;
  return {
    ...slice,
    metadata: { ...slice.metadata, labels, annotations, ownerReferences },
    endpoints: endpoints ?? [],
  };
}
