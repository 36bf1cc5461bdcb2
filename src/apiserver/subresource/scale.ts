// RESOURCE/NAME/scale: how many replicas, for every kind that has them. A write changes that one field of the object, which the
// caller then owns.

import { ageColumn, integer, nameColumn } from '../../api/columns.ts';
import { invalid } from '../../api/field-error.ts';
import type { V1Scale } from '../../api/generated/types.ts';
import type { Column, ScalePaths } from '../../api/kind.ts';
import type { AnyObject } from '../../api/object.ts';
import { applyServerSide } from '../../api/patch/managed-fields.ts';
import { definition } from '../../api/schema/definitions.ts';
import { badRequest, conflict, invalidObject } from '../../api/status.ts';
import type { Clock } from '../../base/clock.ts';
import type { ResourceRoute } from '../api-server.ts';
import { fromStorage, toStorage } from '../conversion.ts';
import type { ApiResponse } from '../request.ts';
import { type ResourceRequest, writeContext } from '../resource-handler.ts';
import type { ServedKind } from '../scheme.ts';
import { type BodyKind, checkedKind, checkFields, type ParsedBody, schemaOf } from '../write/decode.ts';
import { parsePatch, patchedObject } from '../write/patcher.ts';
import type { WriteContext } from '../write/request-context.ts';
import type { Written } from '../write/writer.ts';
import { allowVerbs, readBody, shown } from './body.ts';
import type { RouteParts } from './route-parts.ts';
import { checkSaysReplicas, scaleOf, setReplicas } from './scale-conversion.ts';

const scaleKind: BodyKind = {
  kind: 'Scale',
  apiVersion: 'autoscaling/v1',
  version: 'v1',
  schema: 'io.k8s.api.autoscaling.v1.Scale',
};

const columns: Column<V1Scale>[] = [
  nameColumn,
  integer('Desired', ({ spec }) => spec.replicas ?? 0, 'Number of desired pods.'),
  integer('Available', ({ status }) => status?.replicas ?? 0, 'Number of pods that there are.'),
  ageColumn,
];

type ScaleParts = Pick<RouteParts, 'reader' | 'writer' | 'clock'>;

/** get, update and patch of an autoscaling/v1 Scale. */
export function scaleRoute(parts: ScaleParts): ResourceRoute {
  return async (given) => {
    allowVerbs(given, 'get', 'update', 'patch');
    if (given.info.verb === 'get') return read(parts, given);
    return given.info.verb === 'update' ? update(parts, given) : patch(parts, given);
  };
}

async function read({ reader, clock }: ScaleParts, given: ResourceRequest): Promise<ApiResponse> {
  const { request, info, kind } = given;
  const version = request.query.get('resourceVersion') ?? '';
  const stored = await reader.get(kind, info.namespace, info.name, version);
  const object = fromStorage(kind, stored.value);
  checkSaysReplicas(kind, object);
  return showScale(given, clock, object);
}

async function update({ writer, clock }: ScaleParts, given: ResourceRequest): Promise<ApiResponse> {
  const context = writeContext(given, 'UpdateOptions');
  const scale = await readBody<V1Scale>(given, context.options, scaleKind);
  const written = await writer.change(context, (live) => scaled(given.kind, live, scale));
  return answer(given, clock, written);
}

async function patch(parts: ScaleParts, given: ResourceRequest): Promise<ApiResponse> {
  const { request, kind } = given;
  const context = writeContext(given, 'PatchOptions');
  const { type, ...parsed } = await parsePatch(kind, request.header('content-type'), await request.body());
  if (type === 'apply') return answer(given, parts.clock, await apply(parts, context, parsed));
  const written = await parts.writer.change(context, (live) => {
    const patched = patchedObject(scaleKind, type, scaleOf(kind, live) as AnyObject, parsed.value);
    return scaled(kind, live, checkedScale(context, { ...parsed, value: patched }));
  });
  return answer(given, parts.clock, written);
}

/** Server-side apply of a Scale is one of the parent with nothing but its replicas. */
function apply({ writer, clock }: ScaleParts, context: WriteContext, parsed: ParsedBody): Promise<Written> {
  const { kind, options, manager, subresource, name } = context;
  if (!options.fieldManager) throw badRequest('fieldManager is required for apply patch');
  const scale = checkedScale(context, parsed);
  const { storage } = kind;
  const change = (live: AnyObject): AnyObject => {
    checkScale(kind, live, scale);
    const { resourceVersion } = scale.metadata;
    const metadata = { name, ...(resourceVersion ? { resourceVersion } : {}) };
    const config = { apiVersion: storage.apiVersion, kind: storage.kind, metadata } as AnyObject;
    if (scale.spec?.replicas !== undefined) setReplicas(pathsOf(kind), config, scale.spec.replicas);
    const { object } = applyServerSide(toStorage(kind, live), config, {
      ...{ manager, subresource, force: options.force, apiVersion: storage.apiVersion },
      ...{ now: clock.now(), schema: schemaOf(storage), resolveRef: definition },
    });
    return fromStorage(kind, object);
  };
  return writer.change(context, change, false);
}

function checkedScale({ options, warnings }: WriteContext, { value, duplicates }: ParsedBody): V1Scale {
  const scale = checkedKind(scaleKind, value);
  checkFields(scaleKind, scale, options.fieldValidation, warnings, duplicates);
  return scale as unknown as V1Scale;
}

/** The object with the replicas of the Scale; its version is checked with the object's when it is written. */
function scaled(kind: ServedKind, live: AnyObject, scale: V1Scale): AnyObject {
  checkScale(kind, live, scale);
  setReplicas(pathsOf(kind), live, scale.spec?.replicas ?? 0);
  live.metadata.resourceVersion = scale.metadata.resourceVersion ?? '';
  return live;
}

function checkScale(kind: ServedKind, { metadata }: AnyObject, scale: V1Scale): void {
  const { name, uid } = scale.metadata;
  const replicas = scale.spec?.replicas ?? 0;
  const errors = [];
  if (name && name !== metadata.name) errors.push(invalid('metadata.name', name, 'field is immutable'));
  if (replicas < 0) errors.push(invalid('spec.replicas', replicas, 'must be greater than or equal to 0'));
  if (errors.length > 0) throw invalidObject({ group: 'autoscaling', kind: 'Scale' }, metadata.name, errors);
  if (!uid || uid === metadata.uid) return;
  const detail = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
  throw conflict({ group: kind.group, resource: `${kind.plural}/scale` }, metadata.name, detail);
}

function pathsOf(kind: ServedKind): ScalePaths {
  return kind.subresources.scale as ScalePaths;
}

function answer(given: ResourceRequest, clock: Clock, { object, stored }: Written): ApiResponse {
  return showScale(given, clock, fromStorage(given.kind, stored?.value ?? object));
}

function showScale(given: ResourceRequest, clock: Clock, object: AnyObject): ApiResponse {
  const scale = scaleOf(given.kind, object) as AnyObject;
  return shown(given, { columns: columns as unknown as Column[] }, scale, clock.now());
}
