// From Services and EndpointSlices to what the forwarder is told. Pure.

import type { V1EndpointSlice, V1Service, V1ServicePort } from '../../api/generated/types.ts';
import { isIPv4 } from '../../api/ip-address.ts';
import { keyOf } from '../../client/object-key.ts';
import type { ForwardEndpoint, ForwardListener, ForwardModel } from '../../network/forwarding/model.ts';

export interface ServiceModelInput {
  services: readonly V1Service[];
  /** Those of a Service, in any order. */
  slicesOf(service: V1Service): readonly V1EndpointSlice[];
  /** Where node ports are opened. */
  nodePortAddresses: readonly string[];
  /** The same in the network around the nodes' own, where LoadBalancer addresses are opened, too. Undefined: there is none. */
  outsideNodePortAddresses?: readonly string[];
  /** Of LoadBalancer Services, by key. */
  loadBalancerAddresses: ReadonlyMap<string, string>;
}

type Place = Pick<ForwardListener, 'address' | 'port' | 'outside'>;

const serviceNameLabel = 'kubernetes.io/service-name';

/** The key of the Service that a slice belongs to; undefined for one that belongs to none. */
export function serviceKeyOf({ metadata }: V1EndpointSlice): string | undefined {
  const name = metadata.labels?.[serviceNameLabel];
  return name === undefined ? undefined : `${metadata.namespace}/${name}`;
}

/** The key of the Service that a listener of the model is for. */
export function serviceKeyOfListener({ name }: ForwardListener): string {
  return name.slice(0, name.lastIndexOf(':'));
}

/** Headless Services and external names have no address to listen on; of the protocols only TCP is forwarded. */
export function serviceModel(input: ServiceModelInput): ForwardModel {
  // The oldest first: of two that want the same node port of the machine the one that has it keeps it.
  const services = [...input.services].sort((a, b) => creationOrder(a) - creationOrder(b));
  return { listeners: services.flatMap((service) => listenersOf(service, input)) };
}

function creationOrder({ metadata }: V1Service): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

function listenersOf(service: V1Service, input: ServiceModelInput): ForwardListener[] {
  const { type, clusterIP, ports = [] } = service.spec ?? {};
  if (type === 'ExternalName' || !clusterIP || clusterIP === 'None') return [];
  const slices = input.slicesOf(service);
  return ports
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .flatMap((port) => {
      const endpoints = endpointsOf(slices, port);
      const common = {
        name: `${keyOf(service)}:${port.name || port.port}`,
        endpoints,
        ...affinityOf(service),
      };
      return placesOf(service, port, input).map((place) => ({ ...place, ...common }));
    });
}

function placesOf(service: V1Service, { port, nodePort }: V1ServicePort, input: ServiceModelInput): Place[] {
  const { clusterIPs, clusterIP = '' } = service.spec ?? {};
  const { nodePortAddresses, outsideNodePortAddresses } = input;
  const balanced = input.loadBalancerAddresses.get(keyOf(service));
  const balancers = balanced === undefined ? [] : [balanced];
  const inside = [
    ...placesAt([...(clusterIPs ?? [clusterIP]).filter(isIPv4), ...balancers], port),
    ...placesAt(nodePortAddresses, nodePort),
  ];
  if (!outsideNodePortAddresses) return inside;
  const around = [...placesAt(balancers, port), ...placesAt(outsideNodePortAddresses, nodePort)];
  return [...inside, ...around.map((place) => ({ ...place, outside: true }))];
}

function placesAt(addresses: readonly string[], port: number | undefined): Place[] {
  return port ? addresses.map((address) => ({ address, port })) : [];
}

function affinityOf({ spec }: V1Service): { affinityMs?: number } {
  if (spec?.sessionAffinity !== 'ClientIP') return {};
  return { affinityMs: (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) * 1_000 };
}

/**
 * Ready ones get connections; where none is, those that serve although they are leaving do (KEP-1669). All others keep what they have.
 */
function endpointsOf(slices: readonly V1EndpointSlice[], { name = '' }: V1ServicePort): ForwardEndpoint[] {
  const found = slices.flatMap((slice) => reachable(slice, name));
  const someReady = found.some(({ ready }) => ready);
  const byKey = new Map<string, ForwardEndpoint>();
  for (const { ip, port, ready, leaving } of found) {
    const accepts = someReady ? ready : leaving;
    const key = `${ip} ${port}`;
    const known = byKey.get(key);
    if (!known || known.draining) byKey.set(key, accepts ? { ip, port } : { ip, port, draining: true });
  }
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, endpoint]) => endpoint);
}

interface Reachable {
  ip: string;
  port: number;
  ready: boolean;
  /** Terminating, and serving still. */
  leaving: boolean;
}

function reachable({ addressType, ports, endpoints }: V1EndpointSlice, portName: string): Reachable[] {
  const port = ports?.find((one) => (one.name ?? '') === portName && (one.protocol ?? 'TCP') === 'TCP')?.port;
  if (addressType !== 'IPv4' || !port) return [];
  return (endpoints ?? []).flatMap(({ addresses, conditions = {} }) => {
    const { ready, serving, terminating } = conditions;
    const leaving = terminating === true && serving !== false;
    // Unknown counts as ready, as the API says.
    return addresses.map((ip) => ({ ip, port, ready: ready !== false, leaving }));
  });
}
