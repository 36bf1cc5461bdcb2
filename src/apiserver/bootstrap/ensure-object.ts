// Writes one of the server's own objects into the store: complete, as if it had been created through the API, and only when
// something is missing.

import { randomUUID } from 'node:crypto';
import type { Kind } from '../../api/kind.ts';
import type { AnyObject } from '../../api/object.ts';
import { applySchemaDefaults } from '../../api/schema/default-values.ts';
import { definition } from '../../api/schema/definitions.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { Clock } from '../../base/clock.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import { jsonClone } from '../../base/json-clone.ts';
import type { Store } from '../../store/store.ts';

export interface OwnObject {
  // biome-ignore lint/suspicious/noExplicitAny: a declaration of any kind
  kind: Kind<any>;
  namespace?: string;
  name: string;
  labels?: Record<string, string>;
  /** The fields beside metadata. */
  fields?: object;
  /** Brings what is stored up to date, in place; `wanted` is complete. Without it whatever is stored stays. */
  reconcile?(stored: AnyObject, wanted: AnyObject): void;
}

/** Resolves when the object is durable: to true when it had to be written. */
export async function ensureObject(store: Store, clock: Clock, own: OwnObject): Promise<boolean> {
  const { changed } = await store.write(keyOf(own), (current) => {
    const wanted = complete(own, clock);
    if (!current) return { op: 'put', value: wanted };
    const next = jsonClone(current.value);
    own.reconcile?.(next, wanted);
    if (deepEqual(next, current.value)) return { op: 'none' };
    if (next.metadata.generation !== undefined) next.metadata.generation++;
    return { op: 'put', value: next };
  });
  return changed;
}

function keyOf({ kind, namespace, name }: OwnObject): string {
  const resource = kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
  return namespace === undefined ? `${resource}/${name}` : `${resource}/${namespace}/${name}`;
}

function complete({ kind, namespace, name, labels, fields }: OwnObject, clock: Clock): AnyObject {
  const object: AnyObject = {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels: { ...labels } }),
      ...(kind.generation ? { generation: 1 } : {}),
      uid: randomUUID(),
      resourceVersion: '',
      creationTimestamp: timestamp(clock.now()),
    },
    ...jsonClone(fields),
  };
  kind.prepareCreate?.(object);
  applySchemaDefaults(typeof kind.schema === 'string' ? definition(kind.schema) : kind.schema, object);
  kind.defaults?.(object);
  return object;
}
