// The names of a cluster, as Kubernetes' specification of its DNS (version 1.1.0) has them, straight from the Services and EndpointSlices
// that are known: nothing is kept, so that what changes needs no work before it is asked for.
//
//   SVC.NS.svc.cluster.local               its cluster IP; headless: its endpoints; external: an alias
//   _PORT._PROTOCOL.SVC.NS.svc.…           SRV
//   HOST.SVC.NS.svc.…                      an endpoint of a headless Service: its host name, or its address as a-b-c-d
//   a-b-c-d.NS.pod.cluster.local           that address
//   host.relevo.internal                   the machine that the cluster runs on

import type { V1Endpoint, V1EndpointSlice, V1Service, V1ServicePort } from '../../api/generated/types.ts';
import { isIPv4 } from '../../api/ip-address.ts';
import { type Ipv4Range, ipv4Range, isInRange } from '../../api/ipv4-range.ts';
import type { Lister } from '../../client/indexer.ts';
import { keyOf } from '../../client/object-key.ts';
import type { LocalNames, NameRecords, ServiceRecord } from '../../network/dns/model.ts';
import {
  addressInReverse,
  canonicalName,
  isPlainName,
  isWithin,
  reverseZone,
} from '../../network/dns/names.ts';

/** Something that is known by now, or not. */
export interface Known<T> {
  readonly lister: Lister<T>;
  readonly hasSynced: boolean;
  addIndex(name: string, of: (object: T) => readonly string[]): void;
}

export interface ClusterNamesOptions {
  services: Known<V1Service>;
  /** Only asked about headless Services. */
  slices: Known<V1EndpointSlice>;
  /** IPv4 CIDRs: nobody else is asked for the names of addresses in them. */
  ownRanges: readonly string[];
  /** `host.relevo.internal`. Undefined: there is no such name. */
  hostAddress?: string;
}

interface Endpoint {
  readonly host: string;
  readonly address: string;
}

export const clusterDomain = 'cluster.local';
const hostZone = 'relevo.internal';
const hostName = `host.${hostZone}`;
const specification = '1.1.0';
const byAddress = 'dns address';
const byService = 'dns service';

export class ClusterNames implements LocalNames {
  readonly #options: ClusterNamesOptions;
  readonly #ranges: readonly Ipv4Range[];

  constructor(options: ClusterNamesOptions) {
    this.#options = options;
    this.#ranges = options.ownRanges.flatMap((cidr) => ipv4Range(cidr) ?? []);
    options.services.addIndex(byAddress, clusterIps);
    options.slices.addIndex(byAddress, ({ endpoints }) => (endpoints ?? []).flatMap((one) => one.addresses));
    options.slices.addIndex(byService, (slice) => [serviceKeyOf(slice) ?? '']);
  }

  zoneOf(name: string): string | undefined {
    const zone = [clusterDomain, hostZone].find((one) => isWithin(name, one));
    if (zone) return zone;
    const address = addressInReverse(name);
    const isOwn = address && this.#ranges.some((range) => isInRange(range, address));
    return isOwn ? reverseZone : undefined;
  }

  find(name: string): NameRecords | 'unknown' | undefined {
    if (isWithin(name, hostZone)) return this.#findHost(name);
    const address = addressInReverse(name);
    if (address) return this.#findAddress(address);
    const labels = name.split('.').slice(0, -clusterDomain.split('.').length);
    const kind = labels.pop();
    if (kind === undefined) return {};
    if (kind === 'dns-version' && labels.length === 0) return { texts: [specification] };
    if (kind === 'pod') return findPod(labels);
    return kind === 'svc' ? this.#findService(labels) : undefined;
  }

  #findHost(name: string): NameRecords | undefined {
    const { hostAddress } = this.#options;
    if (name === hostZone) return {};
    return name === hostName && hostAddress !== undefined ? { addresses: [hostAddress] } : undefined;
  }

  #findAddress(address: string): NameRecords | 'unknown' | undefined {
    const { services, slices } = this.#options;
    if (!services.hasSynced) return 'unknown';
    const names = services.lister.byIndex(byAddress, address).map(nameOf);
    for (const slice of slices.lister.byIndex(byAddress, address)) {
      const service = services.lister.get(serviceKeyOf(slice) ?? '');
      if (!service || !isHeadless(service)) continue;
      const own = endpointsOf([slice], service).filter((endpoint) => endpoint.address === address);
      names.push(...own.map(({ host }) => `${host}.${nameOf(service)}`));
    }
    return names.length > 0 ? { pointers: [...new Set(names)] } : undefined;
  }

  /** `labels` are those before `svc`. */
  #findService(labels: readonly string[]): NameRecords | 'unknown' | undefined {
    const { lister, hasSynced } = this.#options.services;
    if (!hasSynced) return 'unknown';
    const [namespace, name, ...below] = labels.toReversed();
    if (namespace === undefined) return {};
    if (name === undefined) return lister.list({ namespace }).length > 0 ? {} : undefined;
    const service = lister.find(namespace, name);
    if (!service) return undefined;
    if (service.spec?.type === 'ExternalName') return below.length === 0 ? aliasOf(service) : undefined;
    return isHeadless(service) ? this.#findHeadless(service, below) : findClustered(service, below);
  }

  /** `below`: what stands before its name, from right to left. */
  #findHeadless(service: V1Service, below: readonly string[]): NameRecords | 'unknown' | undefined {
    const { slices } = this.#options;
    if (!slices.hasSynced) return 'unknown';
    const own = slices.lister.byIndex(byService, keyOf(service));
    const [first, port, ...more] = below;
    if (first === undefined) return { addresses: addressesOf(endpointsOf(own, service)) };
    if (first.startsWith('_')) {
      const ports = own.flatMap((slice) => slice.ports ?? []);
      return underscored(below, ports, () => headlessRecords(service, own, first, port ?? ''));
    }
    const named = endpointsOf(own, service).filter(({ host }) => host === first);
    return named.length > 0 && port === undefined && more.length === 0
      ? { addresses: addressesOf(named) }
      : undefined;
  }
}

function findClustered(service: V1Service, below: readonly string[]): NameRecords | undefined {
  const { ports = [] } = service.spec ?? {};
  const addresses = clusterIps(service);
  if (below.length === 0) return { addresses };
  return underscored(below, ports, (port) => [{ target: nameOf(service), port: port.port, addresses }]);
}

type Port = Pick<V1ServicePort, 'name' | 'protocol'>;

/** What is below `_protocol` and `_port._protocol`, where there is such a port. */
function underscored<P extends Port>(
  [protocol = '', name, ...more]: readonly string[],
  ports: readonly P[],
  records: (port: P) => readonly ServiceRecord[],
): NameRecords | undefined {
  const ofProtocol = ports.filter((port) => protocolLabel(port) === protocol);
  if (more.length > 0 || ofProtocol.length === 0) return undefined;
  if (name === undefined) return {};
  const port = ofProtocol.find((one) => portLabel(one) === name);
  return port && { services: records(port) };
}

/** A port may have another number at other endpoints, and is in another slice then. */
function headlessRecords(
  service: V1Service,
  slices: readonly V1EndpointSlice[],
  protocol: string,
  name: string,
): ServiceRecord[] {
  const hosts = Map.groupBy(endpointsOf(slices, service), ({ host }) => host);
  const found = new Map<string, ServiceRecord>();
  for (const slice of slices) {
    const { port } = (slice.ports ?? []).find((one) => isNamed(one, protocol, name)) ?? {};
    if (!port) continue;
    for (const { host } of endpointsOf([slice], service)) {
      const addresses = addressesOf(hosts.get(host) ?? []);
      found.set(`${host} ${port}`, { target: `${host}.${nameOf(service)}`, port, addresses });
    }
  }
  return [...found.values()];
}

function isNamed(port: Port, protocol: string, name: string): boolean {
  return protocolLabel(port) === protocol && portLabel(port) === name;
}

function protocolLabel({ protocol = 'TCP' }: Port): string {
  return `_${protocol.toLowerCase()}`;
}

/** A port without a name has none here either. */
function portLabel({ name }: Port): string | undefined {
  return name ? `_${name.toLowerCase()}` : undefined;
}

/** Those that take requests; all of a Service that wants that. */
function endpointsOf(slices: readonly V1EndpointSlice[], { spec }: V1Service): Endpoint[] {
  const all = spec?.publishNotReadyAddresses ?? false;
  return slices
    .filter(({ addressType }) => addressType !== 'FQDN')
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => all || conditions?.ready !== false)
    .flatMap(hostsOf);
}

function hostsOf({ hostname, addresses }: V1Endpoint): Endpoint[] {
  return addresses.map((address) => ({ address, host: hostname || address.replaceAll(/[.:]/g, '-') }));
}

function addressesOf(endpoints: readonly Endpoint[]): string[] {
  return [...new Set(endpoints.map(({ address }) => address))];
}

/** As CoreDNS's mode `insecure` has it: whether such a pod exists is not looked at. */
function findPod([address, namespace, ...more]: readonly string[]): NameRecords | undefined {
  // The namespace alone, or nothing at all.
  if (namespace === undefined) return {};
  const ip = address?.replaceAll('-', '.') ?? '';
  return more.length === 0 && isIPv4(ip) ? { addresses: [ip] } : undefined;
}

function aliasOf({ spec }: V1Service): NameRecords {
  const alias = canonicalName(spec?.externalName ?? '');
  return isPlainName(alias) ? { alias } : {};
}

export function isHeadless({ spec }: V1Service): boolean {
  return spec?.clusterIP === 'None';
}

function clusterIps({ spec }: V1Service): readonly string[] {
  if (!spec?.clusterIP || spec.clusterIP === 'None') return [];
  return spec.clusterIPs ?? [spec.clusterIP];
}

function nameOf({ metadata }: V1Service): string {
  return `${metadata.name}.${metadata.namespace}.svc.${clusterDomain}`;
}

/** The key of the Service that a slice belongs to; undefined for one that belongs to none. */
function serviceKeyOf({ metadata }: V1EndpointSlice): string | undefined {
  const name = metadata.labels?.['kubernetes.io/service-name'];
  return name === undefined ? undefined : `${metadata.namespace}/${name}`;
}
