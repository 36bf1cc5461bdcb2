// Asks for a pod to leave: its PodDisruptionBudgets decide.

import type { Client } from './client.ts';
import { pods } from './resources.ts';
import { isStatusError } from './response-error.ts';

export interface EvictOptions {
  readonly signal?: AbortSignal;
  /** Only the pod with this UID, not one that took its name. */
  readonly uid?: string;
}

/** `evicted`: it is leaving, or had gone. `refused`: a budget forbids it now (429). Rejects with what else the API says. */
export async function evictPod(
  client: Client,
  { namespace, name }: { readonly namespace?: string; readonly name: string },
  { signal, uid }: EvictOptions = {},
): Promise<'evicted' | 'refused'> {
  const eviction = {
    ...{ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } },
    ...(uid === undefined ? {} : { deleteOptions: { preconditions: { uid } } }),
  };
  try {
    await client.resource(pods, namespace).createSubresource(name, 'eviction', eviction, { signal });
    return 'evicted';
  } catch (error) {
    if (isStatusError(error, 429)) return 'refused';
    // Another pod has its name by now (409), or nobody.
    if (isStatusError(error, 404) || (uid !== undefined && isStatusError(error, 409))) return 'evicted';
    throw error;
  }
}
