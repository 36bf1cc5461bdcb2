// Admission of Services: gives them cluster IPs and node ports, and sees to it that no two have the same. What an update
// leaves out was taken over from the old Service before (api/core/service-update.ts). One family of addresses: IPv4.
//
// Filling in (mutate) holds on to nothing, so what is refused or a dry run leaks nothing; the final object (validate) is
// checked against claims.ts and reserved there. Nothing happens between the two and the write, see admission.ts.

import { type FieldError, invalid } from '../../api/field-error.ts';
import type { V1Service, V1ServicePort, V1ServiceSpec } from '../../api/generated/types.ts';
import { goStrings, invalidPrinted } from '../../api/go-value.ts';
import { isIPv4 } from '../../api/ip-address.ts';
import { addressNumber, addressText } from '../../api/ipv4-range.ts';
import type { AnyObject } from '../../api/object.ts';
import { internalError, invalidObject } from '../../api/status.ts';
import type { Store } from '../../store/store.ts';
import { storageKey } from '../scheme.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { Claims } from './claims.ts';
import { isWithin, type NumberRange, pickFree } from './number-range.ts';

export interface ServiceAddressesOptions {
  store: Store;
  network: NumberRange;
  nodePorts: NumberRange;
  /** 0 or more and below 1. */
  random: () => number;
}

const headless = 'None';

export class ServiceAddresses implements AdmissionPlugin {
  readonly name = 'ServiceAddresses';
  readonly #claims: Claims;
  readonly #network: NumberRange;
  readonly #nodePorts: NumberRange;
  readonly #random: () => number;

  constructor({ store, network, nodePorts, random }: ServiceAddressesOptions) {
    this.#network = network;
    this.#nodePorts = nodePorts;
    this.#random = random;
    this.#claims = new Claims(store, 'services/', claimsOf);
  }

  mutate(request: AdmissionRequest): void {
    const service = serviceOf(request);
    if (!service?.spec) return;
    const key = keyOf(request);
    this.#fillAddress(service.spec, key);
    this.#fillPorts(service.spec, key);
  }

  validate(request: AdmissionRequest): void {
    const service = serviceOf(request);
    if (!service?.spec) return;
    const key = keyOf(request);
    const old = (request.old as V1Service | undefined)?.spec;
    const errors = [
      ...familyErrors(service.spec),
      ...this.#addressErrors(service.spec, old, key),
      ...this.#portErrors(service.spec, old, key),
    ];
    if (errors.length > 0) throw invalidObject(request.kind, request.name, errors);
    if (!request.dryRun) this.#claims.reserve(key, request.object as AnyObject);
  }

  close(): void {
    this.#claims.close();
  }

  #fillAddress(spec: V1ServiceSpec, key: string): void {
    if (spec.type === 'ExternalName' || spec.clusterIP || spec.clusterIPs?.length) return;
    const isTaken = (number: number) => this.#claims.isTaken(addressText(number), key);
    const number = pickFree(this.#network, isTaken, this.#random);
    if (number === undefined) throw internalError('failed to allocate a serviceIP: range is full');
    spec.clusterIP = addressText(number);
    spec.clusterIPs = [spec.clusterIP];
  }

  #fillPorts(spec: V1ServiceSpec, key: string): void {
    const ports = spec.ports ?? [];
    if (needsNodePorts(spec)) {
      for (const port of ports) {
        // The same port over TCP and UDP, as of a name server, shares its node port.
        port.nodePort ||= ports.find((other) => other.port === port.port && other.nodePort)?.nodePort;
        port.nodePort ||= this.#pickPort(spec, key, 'a nodePort');
      }
    }
    if (needsHealthCheckPort(spec))
      spec.healthCheckNodePort ||= this.#pickPort(spec, key, 'a HealthCheck NodePort');
  }

  #pickPort(spec: V1ServiceSpec, key: string, what: string): number {
    const own = new Set(nodePortsOf(spec));
    const isTaken = (port: number) => own.has(port) || this.#claims.isTaken(String(port), key);
    const port = pickFree(this.#nodePorts, isTaken, this.#random);
    if (port === undefined) throw internalError(`failed to allocate ${what}: range is full`);
    return port;
  }

  #addressErrors(spec: V1ServiceSpec, old: V1ServiceSpec | undefined, key: string): FieldError[] {
    const address = spec.clusterIP;
    if (!isAllocated(address)) return [];
    const problem = this.#addressProblem(address, address === old?.clusterIP, key);
    if (problem === undefined) return [];
    const text = `failed to allocate IP ${address}: ${problem}`;
    return [invalidPrinted('spec.clusterIPs', goStrings(spec.clusterIPs), text)];
  }

  /** What a Service has it keeps, also when the network is another one by now. */
  #addressProblem(address: string, isKept: boolean, key: string): string | undefined {
    if (this.#claims.isTaken(address, key)) return 'provided IP is already allocated';
    if (isKept || (isIPv4(address) && isWithin(this.#network, addressNumber(address)))) return undefined;
    return `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${this.#network.text}`;
  }

  #portErrors(spec: V1ServiceSpec, old: V1ServiceSpec | undefined, key: string): FieldError[] {
    const kept = new Set(old ? nodePortsOf(old) : []);
    const check = (port: number | undefined, field: string): FieldError[] => {
      const problem = port ? this.#portProblem(port, kept.has(port), key) : undefined;
      return problem === undefined ? [] : [invalid(field, port, problem)];
    };
    return [
      ...(spec.ports ?? []).flatMap(({ nodePort }, index) =>
        check(nodePort, `spec.ports[${index}].nodePort`),
      ),
      ...check(spec.healthCheckNodePort, 'spec.healthCheckNodePort'),
    ];
  }

  #portProblem(port: number, isKept: boolean, key: string): string | undefined {
    if (this.#claims.isTaken(String(port), key)) return 'provided port is already allocated';
    if (isKept || isWithin(this.#nodePorts, port)) return undefined;
    return `provided port is not in the valid range. The range of valid ports is ${this.#nodePorts.text}`;
  }
}

function serviceOf({ kind, subresource, object }: AdmissionRequest): V1Service | undefined {
  if (kind.storageResource !== 'services' || subresource !== '') return undefined;
  return object as V1Service | undefined;
}

function keyOf({ kind, namespace, name }: AdmissionRequest): string {
  return storageKey(kind, namespace, name);
}

function isAllocated(address: string | undefined): address is string {
  return address !== undefined && address !== '' && address !== headless;
}

function needsNodePorts({ type, allocateLoadBalancerNodePorts }: V1ServiceSpec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

function needsHealthCheckPort({ type, externalTrafficPolicy }: V1ServiceSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

function nodePortsOf({ ports = [], healthCheckNodePort }: V1ServiceSpec): number[] {
  const all = [...ports.map(({ nodePort }: V1ServicePort) => nodePort), healthCheckNodePort];
  return all.filter((port): port is number => Boolean(port));
}

/** Addresses have dots and ports have not, so both fit into one index. */
function claimsOf(object: AnyObject): Set<string> {
  const spec = (object as V1Service).spec ?? {};
  const addresses = [spec.clusterIP, ...(spec.clusterIPs ?? [])].filter(isAllocated);
  return new Set([...addresses, ...nodePortsOf(spec).map(String)]);
}

/** A headless Service without a selector says which addresses its owner writes into its endpoints; any family will do. */
function familyErrors({
  type,
  clusterIP,
  selector,
  ipFamilies,
  ipFamilyPolicy,
}: V1ServiceSpec): FieldError[] {
  if (type === 'ExternalName' || (clusterIP === headless && Object.keys(selector ?? {}).length === 0))
    return [];
  const errors: FieldError[] = [];
  if (ipFamilyPolicy === 'RequireDualStack') {
    const text = 'this cluster is not configured for dual-stack services';
    errors.push(invalid('spec.ipFamilyPolicy', ipFamilyPolicy, text));
  }
  for (const [index, family] of (ipFamilies ?? []).entries()) {
    if (family === 'IPv4') continue;
    errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  }
  return errors;
}
