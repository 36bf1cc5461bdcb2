// Tells Services and Ingresses at which addresses they are found: at those of this balancer, and at those of others that live. Pure.

import type {
  V1IngressLoadBalancerIngress,
  V1LoadBalancerIngress,
  V1Service,
} from '../../api/generated/types.ts';
import { ipv4Range, isInRange } from '../../api/ipv4-range.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import type { Problem } from '../../lb/engine.ts';
import { wantsAddress } from '../load-balancer-addresses.ts';

/** Of `status.loadBalancer.ingress`, of Services and Ingresses alike. */
export type Entry = V1LoadBalancerIngress & V1IngressLoadBalancerIngress;

/** On each balancer's Lease: see publishedText(). */
export const publishesAnnotation = 'relevo.dev/publishes';

/** The addresses that a balancer may tell anybody, as a Lease has them: addresses and CIDRs, with blanks between. */
export function publishedText(places: readonly string[]): string {
  return [...new Set(places)].sort().join(' ');
}

/**
 * What the entries should be; undefined: what they are. What is neither this balancer's nor of another one that lives is of one that has
 * gone. All balancers come to the same, in the same order, whoever writes last.
 *
 * @param others the publishedText() of each of them.
 */
export function mergedEntries(
  current: readonly Entry[],
  own: readonly Entry[],
  others: readonly string[],
): Entry[] | undefined {
  const owned = new Set(own.map(placeOf));
  const kept = current.filter((entry) => !owned.has(placeOf(entry)) && others.some(publishes(entry)));
  const shown = own.map((entry) => (others.some(publishes(entry)) ? withoutPorts(entry) : entry));
  const merged = [...shown, ...kept].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  return deepEqual(merged, current) ? undefined : merged;
}

/** Undefined: it is not this balancer's to say. Those of another class keep what somebody else wrote. */
export function serviceEntries({ spec, metadata }: V1Service, ip: string | undefined): Entry[] | undefined {
  if (ip !== undefined) return [{ ip, ipMode: 'VIP' }];
  const waits = wantsAddress({ spec, metadata } as V1Service);
  return spec?.loadBalancerClass !== undefined || waits || metadata.deletionTimestamp ? undefined : [];
}

const portError = 'relevo.dev/PortUnavailable';

/** With the ports that cannot be had there: they are no secret to whoever looks at the Ingress. */
export function ingressEntries(published: readonly string[], problems: readonly Problem[]): Entry[] {
  const missing = problems.flatMap(({ subject, bind }) => (bind && isOfIngresses(subject) ? [bind] : []));
  return [...new Set(published)].map((ip) => {
    const ports = missing.filter(({ address }) => address === ip).map(({ port }) => port);
    const errors = [...new Set(ports)].sort((a, b) => a - b);
    if (errors.length === 0) return { ip };
    return { ip, ports: errors.map((port) => ({ port, protocol: 'TCP', error: portError })) };
  });
}

/** Whether a frontend is one of those that all Ingresses share. */
export function isOfIngresses(frontend: string): boolean {
  return frontend.startsWith('ingress:');
}

/** Of an address that several have nobody knows whose ports are meant: they would correct each other for ever. */
function withoutPorts({ ports: _, ...entry }: Entry): Entry {
  return entry;
}

function placeOf({ ip, hostname }: Entry): string {
  return ip ?? hostname ?? '';
}

function publishes(entry: Entry): (published: string) => boolean {
  const place = placeOf(entry);
  return (published) =>
    published.split(' ').some((one) => {
      const range = one.includes('/') ? ipv4Range(one) : undefined;
      return range ? isInRange(range, place) : one === place;
    });
}
