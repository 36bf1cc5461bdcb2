// The field selectors of pods.

import type { V1Pod } from '../generated/types.ts';

export const podFields: Record<string, (pod: V1Pod) => string> = {
  'spec.nodeName': (pod) => pod.spec?.nodeName ?? '',
  'spec.restartPolicy': (pod) => pod.spec?.restartPolicy ?? '',
  'spec.schedulerName': (pod) => pod.spec?.schedulerName ?? '',
  'spec.serviceAccountName': (pod) => pod.spec?.serviceAccountName ?? '',
  'spec.hostNetwork': (pod) => String(pod.spec?.hostNetwork ?? false),
  'status.phase': (pod) => pod.status?.phase ?? '',
  'status.podIP': (pod) => pod.status?.podIP || pod.status?.podIPs?.[0]?.ip || '',
  'status.podIPs': (pod) => (pod.status?.podIPs ?? []).map(({ ip }) => ip ?? '').join(','),
  'status.nominatedNodeName': (pod) => pod.status?.nominatedNodeName ?? '',
};
