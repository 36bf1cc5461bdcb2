// The generated table of Kubernetes' own definitions, by their OpenAPI names. Schemas in it are shared: never change one.

import table from '../generated/definitions.json' with { type: 'json' };
import type { ResolveRef, Schema } from '../schema.ts';

const definitions = table as unknown as Readonly<Record<string, Schema>>;

/** The definition of that name (`io.k8s.api.core.v1.PodSpec`). Throws when there is none: the name is a mistake in the code. */
export function definition(name: string): Schema {
  const found = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  if (!found) throw new Error(`no definition ${name}: name one of src/api/generated/definitions.json`);
  return found;
}

/** definition(), as a ResolveRef. */
export const resolveRef: ResolveRef = definition;

export const objectMetaName = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** What every object has, whatever its kind: for decoding custom resources. */
export const anyObject: Schema = {
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { $ref: objectMetaName },
  },
};
