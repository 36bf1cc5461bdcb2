// What could be backups of a Service: pods, Deployments that would make some, endpoints that a slice calls so.

import type { V1Deployment } from '../api/generated/types.ts';
import type { PolicyBackup } from '../api/relevo/backend-policy-types.ts';
import { labelSelectorFromObject } from '../api/selectors.ts';
import { splitKey } from '../client/object-key.ts';
import { isBackupSlice } from './translate/pod-servers.ts';
import type { Watched } from './watched.ts';

/** Whether there is any. */
export function hasBackups(watched: Watched, serviceKey: string, { selector, start }: PolicyBackup): boolean {
  const { namespace } = splitKey(serviceKey);
  if (start === 'cold')
    return backupDeployments(watched.deployments.lister.list({ namespace }), selector).length > 0;
  const matcher = labelSelectorFromObject(selector);
  if (watched.pods.lister.list({ namespace, selector: matcher }).length > 0) return true;
  return watched.slicesOf(serviceKey).some((slice) => isBackupSlice(slice) && slice.endpoints?.length > 0);
}

/** Those whose pods the selector means, by name. */
export function backupDeployments(
  all: readonly V1Deployment[],
  selector: PolicyBackup['selector'],
): V1Deployment[] {
  const matcher = labelSelectorFromObject(selector);
  return all
    .filter(({ spec }) => matcher.matches(spec.template.metadata?.labels))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}
