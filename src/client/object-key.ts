// The key of an object in informers and work queues: `namespace/name`, or `name` where there is no namespace.

import type { ObjectMeta } from '../api/object.ts';

export function keyOf(object: { metadata: Pick<ObjectMeta, 'name' | 'namespace'> }): string {
  return keyFor(object.metadata.namespace, object.metadata.name);
}

export function keyFor(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** namespace is '' for a key without. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: slash < 0 ? '' : key.slice(0, slash), name: key.slice(slash + 1) };
}
