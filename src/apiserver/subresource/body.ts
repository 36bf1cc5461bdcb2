// What the routes share: which verbs they answer, the object in a request's body, and the plain answers.

import type { AnyObject } from '../../api/object.ts';
import { badRequest, methodNotAllowed } from '../../api/status.ts';
import { representation } from '../content.ts';
import type { WriteOptions } from '../options.ts';
import { type ApiResponse, jsonResponse } from '../request.ts';
import type { ResourceRequest } from '../resource-handler.ts';
import type { ServedKind } from '../scheme.ts';
import { tableOf } from '../table.ts';
import {
  type BodyKind,
  checkedKind,
  checkFields,
  mediaType,
  objectMediaTypes,
  parseBody,
} from '../write/decode.ts';

/** Throws 405 for any other verb. */
export function allowVerbs({ info }: ResourceRequest, ...verbs: string[]): void {
  if (!verbs.includes(info.verb)) throw methodNotAllowed();
}

/**
 * The object in the body, one of `kinds` (the first where the body does not say), private to the caller.
 * Throws 400 or 415 for anything else, and for a name or namespace that is not the URL's.
 */
export async function readBody<T>(
  { request, info, warnings }: ResourceRequest,
  { fieldValidation }: Pick<WriteOptions, 'fieldValidation'>,
  ...kinds: [BodyKind, ...BodyKind[]]
): Promise<T> {
  const type = mediaType(request.header('content-type'), objectMediaTypes);
  const { value, duplicates } = await parseBody(await request.body(), type);
  const named = (value as Partial<AnyObject> | undefined | null)?.apiVersion;
  const kind = kinds.find(({ apiVersion }) => apiVersion === named) ?? kinds[0];
  const object = checkedKind(kind, value);
  checkFields(kind, object, fieldValidation, warnings, duplicates);
  const { metadata } = object;
  if (info.namespace !== '' && metadata.namespace && metadata.namespace !== info.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (info.name !== '' && metadata.name && metadata.name !== info.name)
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${info.name})`,
    );
  return object as T;
}

/** One object, as a Table of `kind` for those who want one. `now` is wall-clock milliseconds. */
export function shown(
  { request }: ResourceRequest,
  kind: Pick<ServedKind, 'columns'>,
  object: AnyObject,
  now: number,
): ApiResponse {
  const wanted = representation(request.header('accept'), request.query);
  if (wanted.as !== 'Table') return jsonResponse(200, object);
  const { resourceVersion } = object.metadata;
  return jsonResponse(200, tableOf(kind, [object], { resourceVersion }, { ...wanted, now }));
}

/** The answer of what is done and leaves nothing to show. */
export function done(): ApiResponse {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  return jsonResponse(201, status);
}
