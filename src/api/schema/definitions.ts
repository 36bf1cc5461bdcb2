// The generated table of Kubernetes' own definitions, by their OpenAPI names. Schemas in it are shared: never change one.

import table from '../generated/definitions.json' with { type: 'json' };
import { apiVersionOf } from '../object.ts';
import type { Schema } from '../schema.ts';

const definitions = table as unknown as Readonly<Record<string, Schema>>;

/** The definition of that name (`io.k8s.api.core.v1.PodSpec`). Throws when there is none: the name is a mistake in the code. */
export function definition(name: string): Schema {
  const found = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  if (!found) throw new Error(`no definition ${name}: name one of src/api/generated/definitions.json`);
  return found;
}

interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
}

let byKind: Map<string, string> | undefined;

/** The name of the definition of a built-in kind; undefined for one that is not served. Options (DeleteOptions) are those of meta/v1 in any group. */
export function definitionNameOf(apiVersion: string, kind: string): string | undefined {
  byKind ??= new Map(
    Object.entries(definitions).flatMap(([name, schema]) => {
      const kinds = (schema['x-kubernetes-group-version-kind'] ?? []) as GroupVersionKind[];
      return kinds.map(
        ({ group, version, kind }) => [`${apiVersionOf(group, version)} ${kind}`, name] as const,
      );
    }),
  );
  return byKind.get(`${apiVersion} ${kind}`) ?? byKind.get(`v1 ${kind}`);
}

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
