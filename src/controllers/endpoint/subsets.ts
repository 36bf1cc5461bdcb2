// The subsets of an Endpoints object: addresses with the same ports together, sorted, at most a thousand. Pure.

import type {
  CoreV1EndpointPort,
  V1EndpointAddress,
  V1EndpointSubset,
  V1Service,
} from '../../api/generated/types.ts';
import type { PodEndpoint } from './pod-endpoint.ts';

/** Consumers of Endpoints cannot be asked to take more; slices have them all (KEP-752). */
export const maxAddresses = 1000;

export interface Subsets {
  subsets: V1EndpointSubset[];
  /** True when there were more addresses than fit. */
  truncated: boolean;
}

function toAddress({ address, hostname, nodeName, targetRef }: PodEndpoint): V1EndpointAddress {
  return { ip: address, ...(hostname ? { hostname } : {}), ...(nodeName ? { nodeName } : {}), targetRef };
}

function toPorts({ ports }: PodEndpoint): CoreV1EndpointPort[] {
  return [...ports]
    .sort((a, b) => a.port - b.port || (a.name < b.name ? -1 : 1))
    .map(({ name, ...port }) => (name === '' ? port : { name, ...port }));
}

function byAddress(a: PodEndpoint, b: PodEndpoint): number {
  if (a.address !== b.address) return a.address < b.address ? -1 : 1;
  return (a.targetRef.uid ?? '') < (b.targetRef.uid ?? '') ? -1 : 1;
}

function subsetOf(
  ports: CoreV1EndpointPort[],
  members: readonly PodEndpoint[],
  isReady: (one: PodEndpoint) => boolean,
) {
  const ready = members.filter(isReady).map(toAddress);
  const notReady = members.filter((one) => !isReady(one)).map(toAddress);
  return {
    ...(ready.length > 0 ? { addresses: ready } : {}),
    ...(notReady.length > 0 ? { notReadyAddresses: notReady } : {}),
    ...(ports.length > 0 ? { ports } : {}),
  };
}

/** Pods on their way out are left out, unless the Service publishes those that are not ready. Ready ones come first where room is short. */
export function endpointsSubsets(service: V1Service, endpoints: readonly PodEndpoint[]): Subsets {
  const published = service.spec?.publishNotReadyAddresses ?? false;
  const isReady = ({ serving }: PodEndpoint): boolean => published || serving;
  const present = endpoints.filter(({ terminating }) => published || !terminating).sort(byAddress);
  const kept = [...present.filter(isReady), ...present.filter((one) => !isReady(one))].slice(0, maxAddresses);
  const groups = Map.groupBy(kept.sort(byAddress), (one) => JSON.stringify(toPorts(one)));
  const subsets = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([ports, members]) => subsetOf(JSON.parse(ports), members, isReady));
  return { subsets, truncated: present.length > maxAddresses };
}
