// The paths of a kind in an OpenAPI v3 document: which operations there are, with which parameters. kubectl reads from
// them which kind is behind a path, and whether a PATCH takes fieldValidation and dryRun.

import type { Kind } from '../kind.ts';
import type { GroupVersionKind } from '../object.ts';
import { referenceTo } from './openapi-schemas.ts';

type Parameter = Record<string, unknown>;
type Operation = Record<string, unknown>;
/** Parameters of the path, and an operation for each HTTP method. */
type PathItem = Record<string, unknown>;

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const scaleSchema = 'io.k8s.api.autoscaling.v1.Scale';
const json = ['application/json', 'application/yaml'];
const patchTypes = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
];
const strategic = 'application/strategic-merge-patch+json';

/** Names of the schemas that a kind's paths speak of. */
interface KindSchemas {
  object: string;
  list: string;
}

/** What an operation is about. */
interface Target {
  kind: GroupVersionKind;
  tag: string;
  /** What operationIds end with: `AppsV1NamespacedDeploymentStatus`. */
  suffix: string;
  schemas: KindSchemas;
  verbs: readonly string[];
  /** kubectl sends a strategic merge patch to whatever says here that it takes one: custom kinds do not. */
  patchTypes: string[];
}

/** Every path of the kind and its status and scale, from `/api/v1/…` or `/apis/group/version/…`. */
export function pathsOfKind(kind: Kind, schemas: KindSchemas): Record<string, PathItem> {
  const base = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const collection = kind.namespaced
    ? `${base}/namespaces/{namespace}/${kind.plural}`
    : `${base}/${kind.plural}`;
  const path = [...(kind.namespaced ? [namespaceParameter] : []), pretty];
  const target = targetOf(kind, schemas);
  const paths: Record<string, PathItem> = {};
  const add = (where: string, parameters: Parameter[], operations: PathItem): void => {
    if (Object.keys(operations).length > 0) paths[where] = { parameters, ...operations };
  };
  add(collection, path, collectionOperations(target));
  add(`${collection}/{name}`, [nameParameter, ...path], objectOperations(target));
  if (kind.namespaced) add(`${base}/${kind.plural}`, [pretty], everywhereOperations(kind, target));
  for (const [subresource, sub] of subresourcesOf(kind, target)) {
    add(`${collection}/{name}/${subresource}`, [nameParameter, ...path], objectOperations(sub));
  }
  return paths;
}

function targetOf(kind: Kind, schemas: KindSchemas): Target {
  const group = kind.group === '' ? 'core' : (kind.group.split('.')[0] ?? '');
  const groupVersion = `${capitalized(group)}${capitalized(kind.version)}`;
  return {
    kind: { group: kind.group, version: kind.version, kind: kind.kind },
    tag: `${group}_${kind.version}`,
    suffix: `${groupVersion}${kind.namespaced ? 'Namespaced' : ''}${kind.kind}`,
    schemas,
    verbs: kind.verbs,
    patchTypes: typeof kind.schema === 'string' ? [...patchTypes, strategic] : patchTypes,
  };
}

function subresourcesOf(kind: Kind, target: Target): [string, Target][] {
  const verbs = ['get', 'update', 'patch'];
  const found: [string, Target][] = [];
  if (kind.subresources.status)
    found.push(['status', { ...target, suffix: `${target.suffix}Status`, verbs }]);
  if (kind.subresources.scale) {
    const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
    const schemas = { object: scaleSchema, list: '' };
    found.push(['scale', { ...target, kind: scale, suffix: `${target.suffix}Scale`, schemas, verbs }]);
  }
  return found;
}

function collectionOperations(target: Target): PathItem {
  const { object, list } = target.schemas;
  return operations(target, [
    ['list', 'get', 'list', () => ({ parameters: listParameters, responses: answers(list) })],
    [
      'create',
      'post',
      'post',
      () => ({ ...writing(object, json), responses: answers(object, [200, 201, 202]) }),
    ],
    [
      'deletecollection',
      'delete',
      'deletecollection',
      () => ({ parameters: [...listParameters, ...deleteParameters], responses: answers(`${meta}.Status`) }),
    ],
  ]);
}

function objectOperations(target: Target): PathItem {
  const { object } = target.schemas;
  return operations(target, [
    ['get', 'get', 'get', () => ({ parameters: [], responses: answers(object) })],
    ['update', 'put', 'put', () => ({ ...writing(object, json), responses: answers(object, [200, 201]) })],
    [
      'patch',
      'patch',
      'patch',
      () => ({
        ...writing(`${meta}.Patch`, target.patchTypes, [force]),
        responses: answers(object, [200, 201]),
      }),
    ],
    [
      'delete',
      'delete',
      'delete',
      () => ({
        parameters: deleteParameters,
        requestBody: body(`${meta}.DeleteOptions`, json),
        responses: answers(`${meta}.Status`, [200, 202]),
      }),
    ],
  ]);
}

function everywhereOperations(kind: Kind, target: Target): PathItem {
  if (!kind.verbs.includes('list')) return {};
  const all = { ...target, suffix: `${target.suffix.replace('Namespaced', '')}ForAllNamespaces` };
  const { get } = collectionOperations({ ...all, verbs: ['list'] });
  return { get };
}

type OperationRow = [verb: string, method: string, action: string, build: () => Operation];

function operations(target: Target, rows: OperationRow[]): PathItem {
  const item: PathItem = {};
  for (const [verb, method, action, build] of rows) {
    if (!target.verbs.includes(verb)) continue;
    item[method] = {
      operationId: `${operationNames[verb]}${target.suffix}`,
      tags: [target.tag],
      description: `${verb} ${target.kind.kind}`,
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': target.kind,
      ...build(),
    };
  }
  return item;
}

const operationNames: Record<string, string> = {
  list: 'list',
  create: 'create',
  deletecollection: 'deleteCollection',
  get: 'read',
  update: 'replace',
  patch: 'patch',
  delete: 'delete',
};

function writing(schema: string, mediaTypes: string[], more: Parameter[] = []): Operation {
  return { parameters: [...writeParameters, ...more], requestBody: body(schema, mediaTypes) };
}

function body(schema: string, mediaTypes: string[]): Record<string, unknown> {
  return { content: content(schema, mediaTypes), required: schema !== `${meta}.DeleteOptions` };
}

function answers(schema: string, codes: number[] = [200]): Record<string, unknown> {
  const texts: Record<number, string> = { 200: 'OK', 201: 'Created', 202: 'Accepted' };
  const answer = (code: number) => ({ description: texts[code], content: content(schema, json) });
  return Object.fromEntries([
    ...codes.map((code) => [code, answer(code)]),
    [401, { description: 'Unauthorized' }],
  ]);
}

function content(schema: string, mediaTypes: string[]): Record<string, unknown> {
  // A patch is one of several languages: anything, as far as a schema can say.
  const reference = schema === `${meta}.Patch` ? { type: 'object' } : { $ref: referenceTo(schema) };
  return Object.fromEntries(mediaTypes.map((type) => [type, { schema: reference }]));
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function query(name: string, type: string, description: string): Parameter {
  return { name, in: 'query', description, schema: { type, uniqueItems: true } };
}

function inPath(name: string, description: string): Parameter {
  return { name, in: 'path', required: true, description, schema: { type: 'string', uniqueItems: true } };
}

const nameParameter = inPath('name', 'name of the object');
const namespaceParameter = inPath('namespace', 'namespace of the object');
const pretty = query('pretty', 'string', 'Whether the answer is indented for people.');
const dryRun = query('dryRun', 'string', 'All: everything is done but stored.');
const force = query(
  'force',
  'boolean',
  'Server-side apply takes over the fields that conflict; not for other patches.',
);

const writeParameters = [
  dryRun,
  query('fieldManager', 'string', 'The name of who makes the change, for managedFields. Required for apply.'),
  query(
    'fieldValidation',
    'string',
    'What becomes of unknown and duplicate fields: Ignore drops them, Warn (the default) drops them with a warning, Strict refuses the request.',
  ),
];

const deleteParameters = [
  dryRun,
  query('gracePeriodSeconds', 'integer', 'Seconds before the object is deleted; 0 is at once.'),
  query('propagationPolicy', 'string', 'What becomes of dependents: Orphan, Background or Foreground.'),
];

const listParameters = [
  query('allowWatchBookmarks', 'boolean', 'Whether a watch may send BOOKMARK events.'),
  query('continue', 'string', 'Where an earlier list with limit stopped.'),
  query('fieldSelector', 'string', 'Restricts the list by fields.'),
  query('labelSelector', 'string', 'Restricts the list by labels.'),
  query('limit', 'integer', 'The most objects of one answer.'),
  query('resourceVersion', 'string', 'How old the answer may be, or where a watch begins.'),
  query('resourceVersionMatch', 'string', 'How resourceVersion is meant: Exact or NotOlderThan.'),
  query('sendInitialEvents', 'boolean', 'Whether a watch begins with the objects there are.'),
  query('timeoutSeconds', 'integer', 'How long a list or watch may take.'),
  query('watch', 'boolean', 'Changes as they happen, instead of a list.'),
];
