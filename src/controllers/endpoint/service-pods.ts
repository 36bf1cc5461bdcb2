// Which Services mean a pod and which pods a Service means.

import { isReady } from '../../api/core/readiness.ts';
import type { V1Pod, V1Service } from '../../api/generated/types.ts';
import { type LabelSelectorMatcher, labelSelectorFromMap } from '../../api/selectors.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import type { Lister } from '../../client/indexer.ts';
import { keyOf } from '../../client/object-key.ts';

const matchers = new WeakMap<V1Service, LabelSelectorMatcher>();

/** Services without a selector mean no pods: their endpoints are somebody else's. */
export function hasPods({ spec }: V1Service): boolean {
  return spec?.type !== 'ExternalName' && Object.keys(spec?.selector ?? {}).length > 0;
}

/** Compiled once per state of the Service. */
export function podMatcher(service: V1Service): LabelSelectorMatcher {
  let matcher = matchers.get(service);
  if (!matcher) {
    matcher = labelSelectorFromMap(hasPods(service) ? service.spec?.selector : undefined);
    matchers.set(service, matcher);
  }
  return matcher;
}

export function servicesOf(pod: V1Pod, services: Lister<V1Service>): string[] {
  return services
    .list({ namespace: pod.metadata.namespace })
    .filter((service) => podMatcher(service).matches(pod.metadata.labels))
    .map(keyOf);
}

/** Whether a change of a pod can change an endpoint: most updates of status cannot. */
export function changesEndpoint(pod: V1Pod, old: V1Pod): boolean {
  const facts = ({ metadata, spec, status }: V1Pod, ready: boolean) => [
    ...[
      metadata.uid,
      metadata.labels,
      metadata.deletionTimestamp,
      spec.nodeName,
      spec.hostname,
      spec.subdomain,
    ],
    ...[status?.phase, status?.podIP, status?.podIPs, ready],
  ];
  return !deepEqual(facts(pod, isReady(pod)), facts(old, isReady(old)));
}
