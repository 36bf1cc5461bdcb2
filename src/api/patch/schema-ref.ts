// Schemas with their references followed. What stands beside a `$ref` (list-map keys, patch strategies, defaults) belongs to the
// field, not to the definition, and wins over it.

import type { ResolveRef, Schema } from '../schema.ts';

/** The schema itself when it refers to nothing; else a new one. `allOf` with one member is OpenAPI v3's way of putting siblings beside a reference. */
export function dereferenced(schema: Schema, resolveRef: ResolveRef): Schema {
  if (schema.$ref !== undefined) {
    const { $ref, ...siblings } = schema;
    return { ...dereferenced(resolveRef($ref), resolveRef), ...siblings };
  }
  if (schema.allOf?.length === 1 && schema.properties === undefined) {
    const { allOf, ...siblings } = schema;
    return { ...dereferenced(allOf[0] as Schema, resolveRef), ...siblings };
  }
  return schema;
}
