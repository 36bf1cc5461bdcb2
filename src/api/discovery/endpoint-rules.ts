// Validation of EndpointSlices, and of the older Endpoints.

import { duplicate, type FieldError, invalid, notSupported, required, tooMany } from '../field-error.ts';
import { checkName, checkOneOf, checkOptionalOneOf } from '../field-rules.ts';
import type {
  DiscoveryV1EndpointPort,
  V1Endpoint,
  V1EndpointAddress,
  V1EndpointSlice,
  V1EndpointSubset,
  V1Endpoints,
} from '../generated/types.ts';
import { ipProblems, isIPv4, isIPv6, specialIpProblems } from '../ip-address.ts';
import { labelKeyErrors } from '../label-syntax.ts';
import { dnsLabelProblems, dnsSubdomainProblems, type NameRule, portNumberProblems } from '../names.ts';

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];
const protocols = ['SCTP', 'TCP', 'UDP'];
const maxEndpoints = 1000;
const maxAddresses = 100;
const maxPorts = 20_000;

function addressRule(type: string): NameRule {
  if (type === 'FQDN') return (address) => dnsSubdomainProblems(address.replace(/\.$/, ''));
  const [matches, text] =
    type === 'IPv4' ? [isIPv4, 'must be an IPv4 address'] : [isIPv6, 'must be an IPv6 address'];
  return (address) => (matches(address) ? specialIpProblems(address) : [...ipProblems(address), text]);
}

export function endpointSliceErrors({ addressType, endpoints, ports }: V1EndpointSlice): FieldError[] {
  const errors: FieldError[] = [];
  if (!addressType) errors.push(required('addressType'));
  else if (!addressTypes.includes(addressType)) {
    errors.push(notSupported('addressType', addressType, addressTypes));
  }
  const count = endpoints?.length ?? 0;
  if (count > maxEndpoints) return [...errors, tooMany('endpoints', count, maxEndpoints)];
  const rule = addressRule(addressType);
  for (const [index, endpoint] of (endpoints ?? []).entries()) {
    endpointErrors(endpoint, rule, `endpoints[${index}]`, errors);
  }
  slicePortsErrors(ports ?? [], errors);
  return errors;
}

function endpointErrors(
  { addresses, hostname, nodeName }: V1Endpoint,
  rule: NameRule,
  path: string,
  errors: FieldError[],
): void {
  const count = addresses?.length ?? 0;
  if (count === 0) errors.push(required(`${path}.addresses`, 'must contain at least 1 address'));
  if (count > maxAddresses) errors.push(tooMany(`${path}.addresses`, count, maxAddresses));
  for (const [index, address] of (addresses ?? []).entries()) {
    checkName(rule, address, `${path}.addresses[${index}]`, errors);
  }
  if (hostname !== undefined) checkName(dnsLabelProblems, hostname, `${path}.hostname`, errors);
  if (nodeName !== undefined) checkName(dnsSubdomainProblems, nodeName, `${path}.nodeName`, errors);
}

function slicePortsErrors(ports: DiscoveryV1EndpointPort[], errors: FieldError[]): void {
  if (ports.length > maxPorts) errors.push(tooMany('ports', ports.length, maxPorts));
  const names = new Set<string>();
  for (const [index, { name = '', port, protocol, appProtocol }] of ports.entries()) {
    const at = `ports[${index}]`;
    if (name !== '') checkName(dnsLabelProblems, name, `${at}.name`, errors);
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (port !== undefined) {
      for (const problem of portNumberProblems(port)) errors.push(invalid(`${at}.port`, port, problem));
    }
    checkOptionalOneOf(protocol, protocols, `${at}.protocol`, errors);
    if (appProtocol) checkName(labelKeyErrors, appProtocol, `${at}.appProtocol`, errors);
  }
}

/** A slice's type decides how everybody reads it. */
export function addressTypeChangeErrors(next: V1EndpointSlice, old: V1EndpointSlice): FieldError[] {
  return next.addressType === old.addressType
    ? []
    : [invalid('addressType', next.addressType, 'field is immutable')];
}

export function endpointsErrors({ subsets }: V1Endpoints): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, subset] of (subsets ?? []).entries()) subsetErrors(subset, `subsets[${index}]`, errors);
  return errors;
}

function subsetErrors(subset: V1EndpointSubset, path: string, errors: FieldError[]): void {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  if (addresses.length + notReadyAddresses.length === 0) {
    errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
  }
  for (const [index, address] of addresses.entries()) {
    subsetAddressErrors(address, `${path}.addresses[${index}]`, errors);
  }
  for (const [index, address] of notReadyAddresses.entries()) {
    subsetAddressErrors(address, `${path}.notReadyAddresses[${index}]`, errors);
  }
  for (const [index, { name, port, protocol }] of ports.entries()) {
    const at = `${path}.ports[${index}]`;
    if (name) checkName(dnsLabelProblems, name, `${at}.name`, errors);
    else if (ports.length > 1) errors.push(required(`${at}.name`));
    for (const problem of portNumberProblems(port ?? 0))
      errors.push(invalid(`${at}.port`, port ?? 0, problem));
    checkOneOf(protocol, protocols, `${at}.protocol`, errors);
  }
}

function subsetAddressErrors(
  { ip = '', hostname, nodeName }: V1EndpointAddress,
  path: string,
  errors: FieldError[],
): void {
  const problems = ipProblems(ip);
  checkName(problems.length > 0 ? ipProblems : specialIpProblems, ip, `${path}.ip`, errors);
  if (hostname) checkName(dnsLabelProblems, hostname, `${path}.hostname`, errors);
  if (nodeName) checkName(dnsSubdomainProblems, nodeName, `${path}.nodeName`, errors);
}
