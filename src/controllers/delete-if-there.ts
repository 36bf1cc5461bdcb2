// Deleting what may be gone already.

import type { KubeObject } from '../api/object.ts';
import type { DeleteOptions, ResourceClient } from '../client/resource-client.ts';
import { isStatusError } from '../client/response-error.ts';

/** Deletes this very object, not a successor of the same name. One that is gone or replaced is not an error. */
export async function deleteIfThere<T extends KubeObject>(
  api: ResourceClient<T>,
  { metadata: { name, uid } }: KubeObject,
  options: DeleteOptions = {},
): Promise<void> {
  try {
    await api.delete(name, { ...options, preconditions: { uid, ...options.preconditions } });
  } catch (error) {
    if (!isStatusError(error, 404) && !isStatusError(error, 409)) throw error;
  }
}
