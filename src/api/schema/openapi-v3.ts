// The documents of /openapi/v3: an index, and one document for each group and version. kubectl explain, apply and create
// read them.

import type { Kind } from '../kind.ts';
import { pathsOfKind } from './openapi-paths.ts';
import {
  collectReferences,
  type Descriptions,
  loadDescriptions,
  type PrintedSchema,
  printCustomResource,
  printDefinitions,
  referenceTo,
} from './openapi-schemas.ts';

/** The answer to GET /openapi/v3. */
interface OpenApiIndex {
  paths: Record<string, { serverRelativeURL: string }>;
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';

interface OpenApiDocuments {
  index: OpenApiIndex;
  /** `api/v1` or `apis/apps/v1` → the document at `/openapi/v3/<path>`. */
  byPath: ReadonlyMap<string, object>;
}

/** The documents of all groups and versions of `kinds`. URLs in the index carry a hash, so that clients keep what has not changed. */
export async function buildOpenApi(kinds: Iterable<Kind>): Promise<OpenApiDocuments> {
  const descriptions = await loadDescriptions();
  const groups = Map.groupBy(kinds, pathOf);
  const byPath = new Map<string, object>();
  const paths: OpenApiIndex['paths'] = {};
  for (const [path, members] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const document = buildDocument(members, descriptions);
    byPath.set(path, document);
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${await hashOf(document)}` };
  }
  return { index: { paths }, byPath };
}

function pathOf({ group, version }: Kind): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

/** SHA-256 in upper-case hexadecimal. */
async function hashOf(document: object): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(document)));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

function buildDocument(kinds: readonly Kind[], descriptions: Descriptions): object {
  const definitions = new Set([`${meta}.DeleteOptions`, `${meta}.Status`]);
  const custom: Record<string, PrintedSchema> = {};
  const paths: Record<string, unknown> = {};
  for (const kind of kinds) {
    const schemas = addSchemas(kind, definitions, custom);
    Object.assign(paths, pathsOfKind(kind, schemas));
    if (kind.subresources.scale) definitions.add('io.k8s.api.autoscaling.v1.Scale');
  }
  const printed = printDefinitions(definitions, descriptions);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.32.0' },
    paths,
    components: { schemas: { ...printed, ...custom } },
  };
}

/** Puts the kind's schemas where they belong, and gives their names. */
function addSchemas(kind: Kind, definitions: Set<string>, custom: Record<string, PrintedSchema>) {
  if (typeof kind.schema === 'string') {
    const list = `${kind.schema}List`;
    definitions.add(kind.schema);
    if (kind.verbs.includes('list')) definitions.add(list);
    return { object: kind.schema, list };
  }
  const { group, version } = kind;
  const definitionPackage = `${group.split('.').reverse().join('.')}.${version}`;
  const names = {
    object: `${definitionPackage}.${kind.kind}`,
    list: `${definitionPackage}.${kind.listKind}`,
  };
  custom[names.object] = printCustomResource(kind.schema, { group, version, kind: kind.kind });
  custom[names.list] = printCustomList(kind, names.object);
  definitions.add(`${meta}.ObjectMeta`).add(`${meta}.ListMeta`);
  collectReferences({ properties: kind.schema.properties ?? {} }, definitions);
  return names;
}

function printCustomList(kind: Kind, item: string): PrintedSchema {
  const { group, version, listKind } = kind;
  return {
    type: 'object',
    description: `${listKind} is a list of ${kind.kind}`,
    required: ['items'],
    properties: {
      apiVersion: { type: 'string', description: 'The group and version of the list.' },
      kind: { type: 'string', description: `Always ${listKind}.` },
      metadata: {
        description: 'Standard list metadata.',
        allOf: [{ $ref: referenceTo(`${meta}.ListMeta`) }],
      },
      items: { type: 'array', description: `List of ${kind.plural}.`, items: { $ref: referenceTo(item) } },
    },
    'x-kubernetes-group-version-kind': [{ group, version, kind: listKind }],
  };
}
