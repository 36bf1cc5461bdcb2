// PATCH: the four patch types, each as a change of the newest state.

import type { AnyObject } from '../../api/object.ts';
import { applyJsonPatch } from '../../api/patch/json-patch.ts';
import { applyServerSide } from '../../api/patch/managed-fields.ts';
import { applyMergePatch } from '../../api/patch/merge-patch.ts';
import { applyStrategicMerge } from '../../api/patch/strategic-merge.ts';
import { definition } from '../../api/schema/definitions.ts';
import { badRequest, notFoundError, StatusError, unsupportedMediaType } from '../../api/status.ts';
import { jsonClone } from '../../base/json-clone.ts';
import { fromStorage, toStorage } from '../conversion.ts';
import type { RequestBody } from '../request.ts';
import type { ServedKind } from '../scheme.ts';
import {
  type BodyKind,
  checkedKind,
  checkFields,
  mediaType,
  type ParsedBody,
  parseBody,
  schemaOf,
} from './decode.ts';
import type { Preparation } from './preparation.ts';
import type { WriteContext } from './request-context.ts';
import type { Change, Writer, Written } from './writer.ts';

const patchTypes = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
} as const;

type PatchType = (typeof patchTypes)[keyof typeof patchTypes];

export class Patcher {
  readonly #writer: Writer;
  readonly #preparation: Preparation;

  constructor(writer: Writer, preparation: Preparation) {
    this.#writer = writer;
    this.#preparation = preparation;
  }

  async patch(context: WriteContext, contentType: string | undefined, body: RequestBody): Promise<Written> {
    const { type, ...parsed } = await parsePatch(context.kind, contentType, body);
    if (type === 'apply') return this.#apply(context, parsed);
    return this.#writer.change(context, this.#change(context, type, parsed));
  }

  #change(
    context: WriteContext,
    type: Exclude<PatchType, 'apply'>,
    { value, duplicates }: ParsedBody,
  ): Change {
    const { kind, options, warnings } = context;
    return (live) => {
      const patched = patchedObject(kind, type, live, value);
      const object = checkedKind(kind, patched);
      checkFields(kind, object, options.fieldValidation, warnings, duplicates);
      return object;
    };
  }

  async #apply(context: WriteContext, { value, duplicates }: ParsedBody): Promise<Written> {
    const { kind, options, warnings } = context;
    if (!context.options.fieldManager) throw badRequest('fieldManager is required for apply patch');
    const given = checkedKind(kind, value);
    checkFields(kind, given, options.fieldValidation, warnings, duplicates);
    const config = toStorage(kind, given);
    try {
      return await this.#writer.change(context, this.#applied(context, config), false);
    } catch (error) {
      const isMissing =
        error instanceof StatusError && error.reason === 'NotFound' && context.subresource === '';
      if (!isMissing) throw error;
      if (config.metadata.uid) throw notFoundError(kind.resourceName, context.name);
      return this.#writer.create(context, this.#applied(context, config)(undefined), false);
    }
  }

  #applied(context: WriteContext, config: AnyObject): (live?: AnyObject) => AnyObject {
    const { kind, options, subresource, manager, name } = context;
    return (live) => {
      const base = live === undefined ? undefined : toStorage(kind, live);
      const own = jsonClone(config);
      own.metadata.name ||= name;
      const { object } = applyServerSide(base, own, {
        manager,
        force: options.force,
        apiVersion: kind.storage.apiVersion,
        subresource: subresource || undefined,
        now: this.#preparation.now(),
        schema: schemaOf(kind.storage),
        resolveRef: definition,
      });
      return fromStorage(kind, object);
    };
  }
}

/** What a patch request carries. Throws 415 for a type that this kind cannot be patched with, 400 for a body that does not parse. */
export async function parsePatch(
  kind: ServedKind,
  contentType: string | undefined,
  body: RequestBody,
): Promise<ParsedBody & { type: PatchType }> {
  const media = mediaType(contentType, Object.keys(patchTypes));
  const type = patchTypes[media as keyof typeof patchTypes];
  if (type === 'strategic' && kind.custom) {
    throw unsupportedMediaType(
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  }
  return { type, ...(await parseBody(body, media)) };
}

/** The result of a patch, before it is checked. Throws 400 or 422 for a patch that cannot be applied. */
export function patchedObject(
  kind: BodyKind,
  type: Exclude<PatchType, 'apply'>,
  live: AnyObject,
  patch: unknown,
): unknown {
  if (type === 'json') {
    if (!Array.isArray(patch)) throw badRequest('a JSON patch must be an array of operations');
    return applyJsonPatch(live, patch);
  }
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    throw badRequest('the patch must be a JSON object');
  }
  if (type === 'merge') return applyMergePatch(live, patch as Record<string, unknown>);
  return applyStrategicMerge(live, patch as Record<string, unknown>, schemaOf(kind), definition);
}
