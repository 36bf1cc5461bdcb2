// Validation of Services: ports, types, names outside the cluster. Addresses are another file's.

import { duplicate, type FieldError, forbidden, invalid, required } from '../field-error.ts';
import { checkName, checkOneOf, checkOptionalOneOf, checkPort } from '../field-rules.ts';
import type { V1Service, V1ServicePort, V1ServiceSpec } from '../generated/types.ts';
import { labelKeyErrors } from '../label-syntax.ts';
import { dnsLabelProblems, dnsSubdomainProblems, portNumberProblems } from '../names.ts';
import { labelErrors } from '../object-meta.ts';
import { addressErrors } from './service-address-rules.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const protocols = ['SCTP', 'TCP', 'UDP'];
const policies = ['Cluster', 'Local'];
const maxAffinitySeconds = 86_400;
const onlyBalancer = "may only be used when `type` is 'LoadBalancer'";

export function serviceErrors({ spec = {} }: V1Service): FieldError[] {
  const errors: FieldError[] = [];
  checkOneOf(spec.type, types, 'spec.type', errors);
  typeErrors(spec, errors);
  portsErrors(spec, errors);
  labelErrors(spec.selector, 'spec.selector', errors);
  affinityErrors(spec, errors);
  addressErrors(spec, errors);
  trafficErrors(spec, errors);
  balancerErrors(spec, errors);
  return errors;
}

function isHeadless(spec: V1ServiceSpec): boolean {
  return (spec.clusterIPs?.[0] ?? spec.clusterIP) === 'None';
}

function typeErrors(spec: V1ServiceSpec, errors: FieldError[]): void {
  const { type } = spec;
  if (!spec.ports?.length && !isHeadless(spec) && type !== 'ExternalName')
    errors.push(required('spec.ports'));
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec)) {
    const text = `may not be set to 'None' for ${type} services`;
    errors.push(invalid('spec.clusterIPs[0]', 'None', text));
  }
  if (type === 'ExternalName') externalNameErrors(spec, errors);
}

function externalNameErrors(spec: V1ServiceSpec, errors: FieldError[]): void {
  const text = 'may not be set for ExternalName services';
  if (spec.clusterIPs?.length) errors.push(forbidden('spec.clusterIPs', text));
  if (spec.ipFamilies?.length) errors.push(forbidden('spec.ipFamilies', text));
  if (spec.ipFamilyPolicy) errors.push(forbidden('spec.ipFamilyPolicy', text));
  if (!spec.externalName) errors.push(required('spec.externalName'));
  else checkName(dnsSubdomainProblems, spec.externalName.replace(/\.$/, ''), 'spec.externalName', errors);
}

/** Kubernetes prints the pair that is repeated as the structure with nothing else set. */
function printedPort({ protocol, port }: V1ServicePort): string {
  return `core.ServicePort{Name:"", Protocol:"${protocol}", AppProtocol:(*string)(nil), Port:${port}, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}`;
}

function portsErrors({ ports = [], type }: V1ServiceSpec, errors: FieldError[]): void {
  const seen = { names: new Set<string>(), pairs: new Set<string>(), nodePorts: new Set<string>() };
  for (const [index, port] of ports.entries()) {
    const at = `spec.ports[${index}]`;
    portNameErrors(port, ports.length > 1, seen.names, `${at}.name`, errors);
    portErrors(port, at, errors);
    const pair = `${port.protocol}/${port.port}`;
    if (seen.pairs.has(pair)) {
      errors.push({ ...duplicate(at, pair), message: `Duplicate value: ${printedPort(port)}` });
    }
    seen.pairs.add(pair);
    if (!port.nodePort) continue;
    if (type === 'ClusterIP') {
      errors.push(forbidden(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
    }
    const nodePort = `${port.protocol}/${port.nodePort}`;
    if (seen.nodePorts.has(nodePort)) errors.push(duplicate(`${at}.nodePort`, port.nodePort));
    seen.nodePorts.add(nodePort);
  }
}

function portNameErrors(
  { name }: V1ServicePort,
  needed: boolean,
  names: Set<string>,
  field: string,
  errors: FieldError[],
): void {
  if (!name) {
    if (needed) errors.push(required(field));
    return;
  }
  checkName(dnsLabelProblems, name, field, errors);
  if (names.has(name)) errors.push(duplicate(field, name));
  names.add(name);
}

function portErrors(port: V1ServicePort, path: string, errors: FieldError[]): void {
  for (const problem of portNumberProblems(port.port ?? 0)) {
    errors.push(invalid(`${path}.port`, port.port ?? 0, problem));
  }
  checkOneOf(port.protocol, protocols, `${path}.protocol`, errors);
  checkPort(port.targetPort, `${path}.targetPort`, errors);
  if (port.appProtocol) checkName(labelKeyErrors, port.appProtocol, `${path}.appProtocol`, errors);
}

function affinityErrors(
  { sessionAffinity, sessionAffinityConfig }: V1ServiceSpec,
  errors: FieldError[],
): void {
  checkOneOf(sessionAffinity, ['ClientIP', 'None'], 'spec.sessionAffinity', errors);
  const at = 'spec.sessionAffinityConfig';
  if (sessionAffinity === 'None' && sessionAffinityConfig) {
    errors.push(forbidden(at, 'must not be set when session affinity is None'));
  }
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (sessionAffinity !== 'ClientIP' || seconds === undefined) return;
  if (seconds <= 0 || seconds > maxAffinitySeconds) {
    const text = `must be greater than 0 and less than ${maxAffinitySeconds}`;
    errors.push(invalid(`${at}.clientIP.timeoutSeconds`, seconds, text));
  }
}

function isExternal({ type, externalIPs }: V1ServiceSpec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && !!externalIPs?.length);
}

function trafficErrors(spec: V1ServiceSpec, errors: FieldError[]): void {
  const policy = spec.externalTrafficPolicy;
  if (isExternal(spec)) checkOneOf(policy, policies, 'spec.externalTrafficPolicy', errors);
  else if (policy) {
    const text = 'may only be set for externally-accessible services';
    errors.push(invalid('spec.externalTrafficPolicy', policy, text));
  }
  if (spec.healthCheckNodePort && !(spec.type === 'LoadBalancer' && policy === 'Local')) {
    const text = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid('spec.healthCheckNodePort', spec.healthCheckNodePort, text));
  }
  checkOptionalOneOf(spec.internalTrafficPolicy, policies, 'spec.internalTrafficPolicy', errors);
  checkOptionalOneOf(spec.trafficDistribution, ['PreferClose'], 'spec.trafficDistribution', errors);
}

function balancerErrors(spec: V1ServiceSpec, errors: FieldError[]): void {
  if (spec.type === 'LoadBalancer') return;
  for (const field of [
    'allocateLoadBalancerNodePorts',
    'loadBalancerClass',
    'loadBalancerSourceRanges',
  ] as const) {
    if (spec[field] !== undefined) errors.push(forbidden(`spec.${field}`, onlyBalancer));
  }
}
