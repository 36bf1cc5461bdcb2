// A pod as an endpoint of a Service: its address, its ports and its state. Pure; EndpointSlices and Endpoints are both made of it.

import { hasEnded } from '../../api/core/pod-phase.ts';
import { isReady } from '../../api/core/readiness.ts';
import type {
  V1Container,
  V1ObjectReference,
  V1Pod,
  V1Service,
  V1ServicePort,
} from '../../api/generated/types.ts';

export interface ResolvedPort {
  /** '' for a Service with one unnamed port. */
  name: string;
  port: number;
  protocol: string;
  appProtocol?: string;
}

export interface PodEndpoint {
  address: string;
  ports: ResolvedPort[];
  serving: boolean;
  terminating: boolean;
  nodeName?: string;
  hostname?: string;
  targetRef: V1ObjectReference;
}

export function isHeadless(service: V1Service): boolean {
  return service.spec?.clusterIP === 'None';
}

/** Sidecars listen as containers do; other init containers are gone by then. */
function listeningContainers({ spec }: V1Pod): V1Container[] {
  return [
    ...spec.containers,
    ...(spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always'),
  ];
}

/** A number, a container port's name looked up in this very pod, or by default the Service's own port. */
function targetPort(
  pod: V1Pod,
  { port, protocol = 'TCP', targetPort: target }: V1ServicePort,
): number | undefined {
  if (typeof target !== 'string') return target || port;
  for (const container of listeningContainers(pod)) {
    const named = container.ports?.find(
      (declared) => declared.name === target && (declared.protocol ?? 'TCP') === protocol,
    );
    if (named) return named.containerPort;
  }
  return undefined;
}

/** Ports whose name the pod does not have are left out. */
function resolvePorts(pod: V1Pod, service: V1Service): ResolvedPort[] {
  return (service.spec?.ports ?? []).flatMap((declared) => {
    const port = targetPort(pod, declared);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = declared;
    return [{ name, port, protocol, ...(appProtocol ? { appProtocol } : {}) }];
  });
}

/** Only a governing headless Service's own pods have host names in it. */
function hostnameIn(pod: V1Pod, service: V1Service): string | undefined {
  return pod.spec.subdomain === service.metadata.name ? pod.spec.hostname : undefined;
}

/** The IPv4 address; undefined until there is one. */
function addressOf({ status }: V1Pod): string | undefined {
  const addresses = [status?.podIP, ...(status?.podIPs ?? []).map(({ ip }) => ip)];
  return addresses.find((address) => address?.includes('.'));
}

/** Undefined for a pod that has no address, has ended, or has none of the Service's ports. */
export function podEndpoint(pod: V1Pod, service: V1Service): PodEndpoint | undefined {
  const address = addressOf(pod);
  if (address === undefined || hasEnded(pod)) return undefined;
  const ports = resolvePorts(pod, service);
  const portless = isHeadless(service) && (service.spec?.ports ?? []).length === 0;
  if (ports.length === 0 && !portless) return undefined;
  const { name, namespace, uid } = pod.metadata;
  const hostname = hostnameIn(pod, service);
  return {
    address,
    ports,
    serving: isReady(pod),
    terminating: pod.metadata.deletionTimestamp !== undefined,
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(hostname ? { hostname } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}
