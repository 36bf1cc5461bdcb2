// What the balancer asks of a pod: is it to go, where does it listen. Pure.

import { hasEnded } from '../../api/core/pod-phase.ts';
import type { V1Pod, V1ServicePort } from '../../api/generated/types.ts';
import { departureStart, departureWaitMs } from '../../api/relevo/departure.ts';

/** Asked to go, and still there. */
export function isDeparting(pod: V1Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined && !hasEnded(pod);
}

/** Times of the API are cut to whole seconds: of a short grace period that may be all there is. */
const cutMs = 1_000;

/**
 * Milliseconds since the epoch by which requests under way to a departing pod have to end: `drainMs` after it was asked to go, within what
 * its grace period leaves to balancers.
 */
export function departBy(pod: V1Pod, drainMs: number): number | undefined {
  const start = departureStart(pod);
  const graceMs = (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1_000;
  if (start === undefined) return undefined;
  return start + cutMs + Math.min(drainMs, departureWaitMs(graceMs));
}

/** As an EndpointSlice would say it: a number, the port of that name in this very pod, or the Service's own. */
export function podPort(
  pod: V1Pod,
  { targetPort, port, protocol = 'TCP' }: V1ServicePort,
): number | undefined {
  if (typeof targetPort !== 'string') return targetPort || port;
  const containers = [
    ...pod.spec.containers,
    ...(pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ];
  for (const { ports = [] } of containers) {
    const named = ports.find((one) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol);
    if (named) return named.containerPort;
  }
  return undefined;
}

/** Of IPv4 if it has one. */
export function podAddress({ status }: V1Pod): string | undefined {
  const addresses = [status?.podIP, ...(status?.podIPs ?? []).map(({ ip }) => ip)].filter(Boolean);
  return addresses.find((address) => address?.includes('.')) ?? addresses[0];
}
