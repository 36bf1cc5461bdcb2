// What every namespace is furnished with: the small things that its controllers share.

import type { KubeObject } from '../api/object.ts';
import type { Draft } from '../client/resource.ts';
import type { ResourceClient } from '../client/resource-client.ts';
import { namespaces } from '../client/resources.ts';
import { isStatusError } from '../client/response-error.ts';
import type { SharedInformers } from '../client/shared-informers.ts';

/** Nothing is put into a namespace that is going. */
export function isActive(informers: SharedInformers, namespace: string): boolean {
  const found = informers.for(namespaces).lister.get(namespace);
  return found !== undefined && found.metadata.deletionTimestamp === undefined;
}

/** Somebody may have been quicker, and the namespace may be going meanwhile: neither is an error. */
export async function createUnlessThere<T extends KubeObject>(
  api: ResourceClient<T>,
  draft: Draft<T>,
): Promise<void> {
  try {
    await api.create(draft);
  } catch (error) {
    const terminating = isStatusError(error, 403) && error.message.includes('being terminated');
    if (!isStatusError(error, 409) && !isStatusError(error, 404) && !terminating) throw error;
  }
}
