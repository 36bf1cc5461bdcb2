// Who has to say that nothing is under way to a pod any more before the pod is told to end. Pure: balancers write by it, kubelets read by it.

import type { V1EndpointSlice, V1Lease, V1Node, V1Pod } from '../generated/types.ts';
import { parseLabelSelector } from '../selectors.ts';
import type { Balancer } from './balancer-types.ts';

/** Where balancers keep their Leases and what they share. */
export const balancerNamespace = 'kube-system';
/** On each balancer's Lease; its value is the name of the Balancer object. */
export const balancerLabel = 'relevo.dev/balancer';
/** On each balancer's Lease: see serviceList(). */
export const servesAnnotation = 'relevo.dev/serves';
/** A Lease that was not renewed for so long is of a balancer that is gone. */
export const balancerLeaseSeconds = 4;

/** What is behind the + in the version of a kubelet that waits for balancers (semver.org, 10). */
export const awaitingBuild = 'relevo';

/** Whether its kubelet tells a pod to end only when the balancers have let go of it. */
export function awaitsBalancers({ status }: V1Node): boolean {
  const [, build = ''] = status?.nodeInfo?.kubeletVersion.split('+') ?? [];
  return build.split('.').includes(awaitingBuild);
}

/** The condition of a Balancer that says whether the kubelets of its cluster wait for it. */
export const departuresAwaitedType = 'DeparturesAwaited';

/** How a balancer's Lease is called. */
export function balancerLeaseName(balancer: string): string {
  return `relevo-balancer-${balancer}`;
}

export interface ServedService {
  /** `namespace/name`. */
  readonly key: string;
  /** Label selectors as text, of its pods and of their backups. Pods that an EndpointSlice of the Service names are meant in any case. */
  readonly selectors: readonly string[];
}

/** Annotations of an object may have 256 KiB in all. */
const longestList = 200_000;
const everything = '*';

/** The value of servesAnnotation: a line for each Service, with its selectors; `*` where that would be too long: every pod is meant. */
export function serviceList(services: readonly ServedService[]): string {
  const text = services
    .map(({ key, selectors }) => [key, selectors.join('|')].join(' ').trimEnd())
    .join('\n');
  return text.length > longestList ? everything : text;
}

/**
 * How long the balancers may take, of a pod's grace period; the rest is the pod's own to end in: 5 s or a quarter, whichever is more, but
 * never more than half, or requests under way to a pod with a short grace period would be cut the moment it is told to go.
 */
export function departureWaitMs(graceMs: number): number {
  const own = Math.max(5_000, graceMs / 4);
  return Math.max(0, graceMs - Math.min(own, graceMs / 2));
}

/** When the pod was asked to go, milliseconds since the epoch; undefined for one that was not. */
export function departureStart({ metadata }: V1Pod): number | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata;
  // The API's time is that of the end of the grace period.
  return deletionTimestamp === undefined
    ? undefined
    : Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1_000;
}

/**
 * The names of the live balancers that serve the pod and have not acknowledged its departure, in the order of their names. Give what the
 * API says now: while it cannot be read, the last answer holds. Leases and slices of other things may be among them.
 *
 * @param nowMs milliseconds since the epoch.
 */
export function waitsFor(
  pod: V1Pod,
  leases: readonly V1Lease[],
  balancers: readonly Balancer[],
  slices: readonly V1EndpointSlice[],
  nowMs: number,
): string[] {
  const acknowledged = new Set(balancers.filter((one) => hasAcknowledged(one, pod)).map(nameOf));
  const services = servicesOf(pod, slices);
  return leases
    .filter((lease) => isFresh(lease, nowMs) && serves(lease, pod, services))
    .map(({ metadata }) => metadata.labels?.[balancerLabel] ?? '')
    .filter((name) => name !== '' && !acknowledged.has(name))
    .sort();
}

function nameOf({ metadata }: Balancer): string {
  return metadata.name;
}

function hasAcknowledged({ status }: Balancer, { metadata }: V1Pod): boolean {
  return status?.departures?.some(({ uid }) => uid === metadata.uid) ?? false;
}

function isFresh({ spec }: V1Lease, nowMs: number): boolean {
  const renewed = Date.parse(spec?.renewTime ?? '');
  return renewed + (spec.leaseDurationSeconds ?? balancerLeaseSeconds) * 1_000 > nowMs;
}

/** The keys of the Services whose slices name the pod. */
function servicesOf(pod: V1Pod, slices: readonly V1EndpointSlice[]): ReadonlySet<string> {
  const { namespace, uid } = pod.metadata;
  const naming = slices.filter(
    ({ metadata, endpoints }) =>
      metadata.namespace === namespace && endpoints?.some(({ targetRef }) => targetRef?.uid === uid),
  );
  return new Set(
    naming.map(({ metadata }) => `${namespace}/${metadata.labels?.['kubernetes.io/service-name']}`),
  );
}

function serves({ metadata }: V1Lease, pod: V1Pod, services: ReadonlySet<string>): boolean {
  const list = metadata.annotations?.[servesAnnotation] ?? '';
  if (list === everything) return true;
  return list.split('\n').some((line) => {
    const end = line.indexOf(' ');
    const key = end < 0 ? line : line.slice(0, end);
    if (services.has(key)) return true;
    return end >= 0 && key.startsWith(`${pod.metadata.namespace}/`) && selects(line.slice(end + 1), pod);
  });
}

function selects(selectors: string, { metadata }: V1Pod): boolean {
  try {
    return selectors.split('|').some((selector) => parseLabelSelector(selector).matches(metadata.labels));
  } catch {
    // Somebody wrote nonsense there: waiting in vain has a bound, lost requests are lost.
    return true;
  }
}
