// What a Service means where it says nothing.

import type { V1Service, V1ServicePort, V1ServiceSpec } from '../generated/types.ts';

/** How long a client stays with its pod when sessionAffinity is ClientIP. */
const affinityTimeoutSeconds = 10_800;

function portDefaults(port: V1ServicePort): void {
  port.protocol ||= 'TCP';
  // An empty target port means the port itself.
  if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '')
    port.targetPort = port.port;
}

function policyDefaults(spec: V1ServiceSpec): void {
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  if (external || (spec.externalIPs?.length && spec.type === 'ClusterIP'))
    spec.externalTrafficPolicy ||= 'Cluster';
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ||= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
}

/** One address or none given: both spellings of it are kept the same. The API server fills in what is allocated. */
function addressDefaults(spec: V1ServiceSpec): void {
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
  if (spec.type === 'ExternalName') return;
  if (spec.clusterIP === 'None' && !spec.selector) {
    spec.ipFamilyPolicy ||= 'RequireDualStack';
    if (!spec.ipFamilies?.length) spec.ipFamilies = ['IPv4', 'IPv6'];
    return;
  }
  spec.ipFamilyPolicy ||= 'SingleStack';
  if (!spec.ipFamilies?.length) spec.ipFamilies = [spec.clusterIP?.includes(':') ? 'IPv6' : 'IPv4'];
}

export function serviceDefaults(service: V1Service): void {
  service.spec ??= {};
  const spec = service.spec;
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  else if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig ??= {};
    spec.sessionAffinityConfig.clientIP ??= {};
    spec.sessionAffinityConfig.clientIP.timeoutSeconds ??= affinityTimeoutSeconds;
  }
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) portDefaults(port);
  policyDefaults(spec);
  addressDefaults(spec);
}
