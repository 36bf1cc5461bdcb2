// What a client must know of a kind to reach it: where its paths are, and which type comes back.

import { type AnyObject, apiVersionOf, type KubeObject, type ObjectMeta } from '../api/object.ts';

export interface Resource<T extends KubeObject = AnyObject> {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Never set: only carries the type. */
  readonly type?: T;
}

/** An object that is about to be sent: the server or the client adds what is missing. */
export type Draft<T extends KubeObject> = Omit<T, 'metadata' | 'apiVersion' | 'kind'> & {
  apiVersion?: string;
  kind?: string;
  metadata: Partial<ObjectMeta>;
};

/** The path of a collection, or of one object in it, or of one of its subresources. `namespace` undefined means all. */
export function resourcePath(
  resource: Resource,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  let path = resource.group === '' ? '/api' : `/apis/${resource.group}`;
  path += `/${resource.version}`;
  if (resource.namespaced && namespace !== undefined) path += `/namespaces/${encodeURIComponent(namespace)}`;
  path += `/${resource.plural}`;
  if (name !== undefined) path += `/${encodeURIComponent(name)}`;
  if (subresource !== undefined) path += `/${subresource}`;
  return path;
}

/** A name for logs and errors: `pods`, `deployments.apps`. */
export function resourceName(resource: Resource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

export function apiVersionOfResource(resource: Resource): string {
  return apiVersionOf(resource.group, resource.version);
}
