// Custom objects between the version they are stored in and the one that is asked for. Fields keep their names and meaning (conversion
// strategy None): what differs is the apiVersion, and what each version's schema knows and defaults.

import type { AnyObject } from '../../api/object.ts';
import { applySchemaDefaults } from '../../api/schema/default-values.ts';
import { pruneUnknownFields } from '../../api/schema/unknown-fields.ts';
import type { Schema } from '../../api/schema.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import { jsonClone } from '../../base/json-clone.ts';

/**
 * Gives stored objects the apiVersion and the fields of one version: unknown ones are pruned, defaults filled in, so that objects follow
 * when their definition changes. An object that is right already is returned itself. The function remembers what it gave for each.
 */
export function readInVersion(apiVersion: string, schema: Schema): (stored: AnyObject) => AnyObject {
  const known = new WeakMap<AnyObject, AnyObject>();
  return (stored) => {
    let object = known.get(stored);
    if (!object) {
      object = inVersion(apiVersion, schema, stored);
      known.set(stored, object);
    }
    return object;
  };
}

function inVersion(apiVersion: string, schema: Schema, stored: AnyObject): AnyObject {
  const object = jsonClone(stored);
  object.apiVersion = apiVersion;
  pruneUnknownFields(schema, object);
  applySchemaDefaults(schema, object);
  return deepEqual(object, stored) ? stored : object;
}
