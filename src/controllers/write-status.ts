// Writes a status that its controller alone owns: when somebody changed the rest of the object meanwhile, the newest takes it all the same.

import type { KubeObject } from '../api/object.ts';
import type { Client } from '../client/client.ts';
import type { Resource } from '../client/resource.ts';
import { isStatusError } from '../client/response-error.ts';

/** Undefined when the object is gone, or another has its name. A second conflict in a row is thrown. */
export async function writeStatus<T extends KubeObject & { status?: unknown }>(
  client: Client,
  resource: Resource<T>,
  object: T,
  status: NonNullable<T['status']>,
): Promise<T | undefined> {
  const api = client.resource(resource, object.metadata.namespace);
  try {
    return await api.updateStatus({ ...object, status });
  } catch (error) {
    if (isStatusError(error, 404)) return undefined;
    if (!isStatusError(error, 409)) throw error;
  }
  const live = await api.find(object.metadata.name);
  if (live?.metadata.uid !== object.metadata.uid) return undefined;
  return api.updateStatus({ ...live, status });
}
