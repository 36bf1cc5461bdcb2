// Which EndpointSlices to write so that they say what is so, touching as few of them as possible. Pure.

import type {
  DiscoveryV1EndpointPort,
  V1Endpoint,
  V1EndpointSlice,
  V1Service,
} from '../../api/generated/types.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import type { Draft } from '../../client/resource.ts';
import { controllerReference } from '../owner-references.ts';
import { isHeadless, type PodEndpoint } from './pod-endpoint.ts';

export const managedBy = 'endpointslice-controller.k8s.io';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
export const serviceNameLabel = 'kubernetes.io/service-name';
export const headlessLabel = 'service.kubernetes.io/headless';

export interface SlicePlan {
  create: Draft<V1EndpointSlice>[];
  update: V1EndpointSlice[];
  delete: V1EndpointSlice[];
}

export interface SlicePlanOptions {
  /** Endpoints per slice. Default 100, as in Kubernetes. */
  maxEndpoints?: number;
  /** A node's zone, for the endpoint's zone. */
  zoneOf?(nodeName: string): string | undefined;
}

type Ports = DiscoveryV1EndpointPort[];

/** A slice on its way from what it is to what it should be. */
interface Working {
  readonly slice: V1EndpointSlice;
  endpoints: V1Endpoint[];
  changed: boolean;
}

function toEndpoint(endpoint: PodEndpoint, service: V1Service, zone: string | undefined): V1Endpoint {
  const { address, serving, terminating, hostname, nodeName, targetRef } = endpoint;
  const published = service.spec?.publishNotReadyAddresses ?? false;
  return {
    addresses: [address],
    conditions: { ready: published || (serving && !terminating), serving, terminating },
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    targetRef,
    ...(zone ? { zone } : {}),
  };
}

function keyOfEndpoint({ addresses, targetRef }: V1Endpoint): string {
  return `${targetRef?.uid ?? ''} ${addresses.join()}`;
}

/** Slices hold endpoints with the same ports: one group per set of ports, the endpoints in each by their key. */
function groupByPorts(
  service: V1Service,
  endpoints: readonly PodEndpoint[],
  options: SlicePlanOptions,
): Map<string, Map<string, V1Endpoint>> {
  const groups = new Map<string, Map<string, V1Endpoint>>();
  const sorted = [...endpoints].sort((a, b) =>
    (a.targetRef.name ?? '') < (b.targetRef.name ?? '') ? -1 : 1,
  );
  for (const source of sorted) {
    const ports = JSON.stringify(source.ports);
    const group = groups.get(ports) ?? new Map<string, V1Endpoint>();
    groups.set(ports, group);
    const zone = source.nodeName ? options.zoneOf?.(source.nodeName) : undefined;
    const endpoint = toEndpoint(source, service, zone);
    group.set(keyOfEndpoint(endpoint), endpoint);
  }
  return groups;
}

/** Keeps the endpoints that are still wanted, as they are now, and takes them off the list of those to be placed. */
function keepWanted(slice: V1EndpointSlice, wanted: Map<string, V1Endpoint>): Working {
  const endpoints: V1Endpoint[] = [];
  for (const old of slice.endpoints ?? []) {
    const key = keyOfEndpoint(old);
    const now = wanted.get(key);
    if (!now) continue;
    wanted.delete(key);
    endpoints.push(now);
  }
  return { slice, endpoints, changed: !deepEqual(endpoints, slice.endpoints ?? []) };
}

function fill(working: Working, waiting: V1Endpoint[], max: number): void {
  const taken = waiting.splice(0, max - working.endpoints.length);
  if (taken.length === 0) return;
  working.endpoints.push(...taken);
  working.changed = true;
}

/** Slices that are rewritten anyway are filled first; another is touched only when it can take all that is left. */
function placeRest(slices: Working[], waiting: V1Endpoint[], max: number): V1Endpoint[][] {
  for (const working of slices) if (working.changed) fill(working, waiting, max);
  const roomy = slices
    .filter(({ endpoints }) => waiting.length > 0 && endpoints.length + waiting.length <= max)
    .sort((a, b) => b.endpoints.length - a.endpoints.length)[0];
  if (roomy) fill(roomy, waiting, max);
  const fresh: V1Endpoint[][] = [];
  while (waiting.length > 0) fresh.push(waiting.splice(0, max));
  return fresh;
}

function labelsFor(service: V1Service): Record<string, string> {
  const { [headlessLabel]: _, ...own } = service.metadata.labels ?? {};
  const headless: Record<string, string> = isHeadless(service) ? { [headlessLabel]: '' } : {};
  return { ...own, ...headless, [serviceNameLabel]: service.metadata.name, [managedByLabel]: managedBy };
}

function draft(service: V1Service, ports: Ports, endpoints: V1Endpoint[]): Draft<V1EndpointSlice> {
  const { name, namespace } = service.metadata;
  const metadata = {
    generateName: `${name}-`,
    namespace,
    labels: labelsFor(service),
    ownerReferences: [controllerReference(service)],
  };
  return { metadata, addressType: 'IPv4', endpoints, ports };
}

/** The slice with its new endpoints; undefined when nothing changed. */
function updated(working: Working, wanted: Draft<V1EndpointSlice>): V1EndpointSlice | undefined {
  const { slice } = working;
  const { labels, ownerReferences } = wanted.metadata;
  const sameMeta =
    deepEqual(slice.metadata.labels, labels) && deepEqual(slice.metadata.ownerReferences, ownerReferences);
  if (sameMeta && !working.changed) return undefined;
  return { ...slice, metadata: { ...slice.metadata, labels, ownerReferences }, endpoints: working.endpoints };
}

function isUsable(slice: V1EndpointSlice): boolean {
  return slice.addressType === 'IPv4' && slice.metadata.deletionTimestamp === undefined;
}

function portsKey(slice: V1EndpointSlice): string {
  const ports = (slice.ports ?? []).map(({ name = '', port = 0, protocol = 'TCP', appProtocol }) => ({
    name,
    port,
    protocol,
    ...(appProtocol ? { appProtocol } : {}),
  }));
  return JSON.stringify(ports);
}

/** `existing` are the slices of this Service that this controller manages. A Service without endpoints has one empty slice. */
export function planSlices(
  service: V1Service,
  endpoints: readonly PodEndpoint[],
  existing: readonly V1EndpointSlice[],
  options: SlicePlanOptions = {},
): SlicePlan {
  const max = options.maxEndpoints ?? 100;
  const plan: SlicePlan = { create: [], update: [], delete: [] };
  const groups = groupByPorts(service, endpoints, options);
  if (groups.size === 0) groups.set('[]', new Map());
  const unused = new Set([...existing].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)));
  for (const [key, wanted] of groups) {
    const ports: Ports = JSON.parse(key);
    const mine = [...unused].filter((slice) => isUsable(slice) && portsKey(slice) === key);
    const slices = mine.map((slice) => keepWanted(slice, wanted));
    const fresh = placeRest(slices, [...wanted.values()], max);
    const used = slices.filter((working) => working.endpoints.length > 0);
    // The last one stays, empty, so that watchers learn that there is nothing rather than that they know nothing.
    if (used.length === 0 && fresh.length === 0 && groups.size === 1) used.push(...slices.slice(0, 1));
    for (const working of used) {
      unused.delete(working.slice);
      plan.update.push(
        ...[updated(working, draft(service, ports, []))].filter((slice) => slice !== undefined),
      );
    }
    for (const chunk of fresh) plan.create.push(draft(service, ports, chunk));
    if (used.length === 0 && fresh.length === 0 && groups.size === 1)
      plan.create.push(draft(service, ports, []));
  }
  plan.delete.push(...[...unused].filter((slice) => slice.metadata.deletionTimestamp === undefined));
  return plan;
}
