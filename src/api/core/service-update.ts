// What an updated Service takes over from the old one (addresses and ports that were allocated for it), and what it drops
// because its new type has no use for it.

import type { V1Service, V1ServicePort, V1ServiceSpec } from '../generated/types.ts';

export function prepareServiceUpdate(service: V1Service, old: V1Service): void {
  if (!service.spec || !old.spec) return;
  keepAllocations(service.spec, old.spec);
  dropUnused(service.spec, old.spec);
}

function hasClusterAddress({ type }: V1ServiceSpec): boolean {
  return type !== 'ExternalName';
}

function hasNodePorts({ type = 'ClusterIP', allocateLoadBalancerNodePorts }: V1ServiceSpec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

/** So that a manifest that does not name them can be applied again. */
function keepAllocations(next: V1ServiceSpec, old: V1ServiceSpec): void {
  if (hasClusterAddress(next) && hasClusterAddress(old)) {
    if (!next.clusterIP && !next.clusterIPs?.length) {
      next.clusterIP = old.clusterIP;
      next.clusterIPs = old.clusterIPs && [...old.clusterIPs];
    } else if (next.clusterIP && !next.clusterIPs?.length) next.clusterIPs = [next.clusterIP];
    else if (next.clusterIPs?.length && !next.clusterIP) next.clusterIP = next.clusterIPs[0];
    next.ipFamilies ??= old.ipFamilies && [...old.ipFamilies];
    next.ipFamilyPolicy ??= old.ipFamilyPolicy;
  }
  if (hasNodePorts(next) && hasNodePorts(old)) keepNodePorts(next.ports ?? [], old.ports ?? []);
  if (next.type === 'LoadBalancer' && next.externalTrafficPolicy === 'Local') {
    next.healthCheckNodePort ||= old.healthCheckNodePort;
  }
}

function sameService(a: V1ServicePort, b: V1ServicePort): boolean {
  return a.port === b.port && (a.protocol ?? 'TCP') === (b.protocol ?? 'TCP');
}

function keepNodePorts(next: V1ServicePort[], old: V1ServicePort[]): void {
  const taken = new Set(next.map(({ nodePort }) => nodePort));
  for (const port of next) {
    const kept = port.nodePort ? undefined : old.find((candidate) => sameService(candidate, port))?.nodePort;
    if (kept && !taken.has(kept)) port.nodePort = kept;
  }
}

/** Only fields that the update leaves as they were: a new value is the user's wish, and may be refused. */
function dropUnused(next: V1ServiceSpec, old: V1ServiceSpec): void {
  if (hasClusterAddress(old) && !hasClusterAddress(next)) {
    for (const field of [
      'clusterIP',
      'clusterIPs',
      'ipFamilies',
      'ipFamilyPolicy',
      'internalTrafficPolicy',
    ] as const) {
      if (String(next[field]) === String(old[field])) delete next[field];
    }
  }
  const external = next.type === 'NodePort' || next.type === 'LoadBalancer';
  if (!external && sameNodePorts(next, old)) for (const port of next.ports ?? []) delete port.nodePort;
  if (!external && !next.externalIPs?.length && next.externalTrafficPolicy === old.externalTrafficPolicy) {
    delete next.externalTrafficPolicy;
  }
  if (next.type === 'LoadBalancer') return;
  for (const field of [
    'allocateLoadBalancerNodePorts',
    'loadBalancerClass',
    'healthCheckNodePort',
  ] as const) {
    if (next[field] === old[field]) delete next[field];
  }
}

function sameNodePorts(next: V1ServiceSpec, old: V1ServiceSpec): boolean {
  return (next.ports ?? []).every(
    ({ nodePort }) => !nodePort || (old.ports ?? []).some((port) => port.nodePort === nodePort),
  );
}
