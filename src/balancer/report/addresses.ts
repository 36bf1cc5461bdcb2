// Tells Services and Ingresses at which addresses they are found. Pure.

import type { V1Ingress, V1IngressLoadBalancerIngress, V1Service } from '../../api/generated/types.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import { wantsAddress } from '../load-balancer-addresses.ts';

/** What to write into `status.loadBalancer.ingress` of a Service; undefined: nothing. Those of another class keep what somebody else wrote. */
export function serviceAddress(
  service: V1Service,
  ip: string | undefined,
): { ip: string; ipMode: string }[] | null | undefined {
  const { spec, metadata, status } = service;
  const current = status?.loadBalancer?.ingress?.[0]?.ip;
  if (ip !== undefined) return current === ip ? undefined : [{ ip, ipMode: 'VIP' }];
  const isOthers = spec?.loadBalancerClass !== undefined || wantsAddress(service);
  return current === undefined || isOthers || metadata.deletionTimestamp ? undefined : null;
}

/** Whether an Ingress of ours says something else. */
export function isIngressOutdated(
  { status }: V1Ingress,
  addresses: readonly V1IngressLoadBalancerIngress[],
): boolean {
  return !deepEqual(status?.loadBalancer?.ingress ?? [], addresses);
}
