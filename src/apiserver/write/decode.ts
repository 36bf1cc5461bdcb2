// From a request's body to an object of the served kind: media type, syntax, apiVersion and kind, unknown and duplicate fields, types.

import { duplicateFields } from '../../api/json-duplicates.ts';
import type { AnyObject } from '../../api/object.ts';
import { resolveRef } from '../../api/schema/definitions.ts';
import { decodeProblem } from '../../api/schema/structural.ts';
import { pruneUnknownFields } from '../../api/schema/unknown-fields.ts';
import type { Schema } from '../../api/schema.ts';
import { badRequest, unsupportedMediaType } from '../../api/status.ts';
import type { Warnings } from '../admission/admission.ts';
import type { FieldValidation } from '../options.ts';
import type { RequestBody } from '../request.ts';
import type { ServedKind } from '../scheme.ts';

export const objectMediaTypes = ['application/json', 'application/yaml'];

/** The media type without parameters; JSON where none was given. Throws 415 for one that is not in `accepted`. */
export function mediaType(header: string | undefined, accepted: readonly string[]): string {
  const type = (header ?? 'application/json').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!accepted.includes(type)) {
    throw unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    );
  }
  return type;
}

export interface ParsedBody {
  value: unknown;
  /** Paths of keys that were given twice; only JSON text can have them. */
  duplicates: () => string[];
}

/** Parses a body. Throws 400 with the parser's words; an empty body gives undefined. */
export async function parseBody(body: RequestBody, type: string): Promise<ParsedBody> {
  if (body.kind === 'none') return { value: undefined, duplicates: () => [] };
  if (body.kind === 'value') return { value: body.value, duplicates: () => [] };
  const { text } = body;
  try {
    if (type.endsWith('yaml') && !/^\s*[{[]/.test(text)) {
      const yaml = await import('yaml');
      return { value: yaml.parse(text), duplicates: () => [] };
    }
    return { value: JSON.parse(text), duplicates: () => duplicateFields(text) };
  } catch (cause) {
    const what = type.endsWith('yaml') ? 'yaml' : 'json';
    throw badRequest(`couldn't parse the body as ${what}: ${(cause as Error).message}`, cause);
  }
}

/** The schema of a kind, whichever way it was declared. */
export function schemaOf(kind: ServedKind): Schema {
  return typeof kind.schema === 'string' ? resolveRef(kind.schema) : kind.schema;
}

/** Checks that the body is an object of this kind and gives it its apiVersion and kind where they were left out. */
export function checkedKind(kind: ServedKind, value: unknown): AnyObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest(`the body must be a ${kind.kind} object`);
  }
  const object = value as AnyObject;
  object.apiVersion ||= kind.apiVersion;
  object.kind ||= kind.kind;
  if (object.kind !== kind.kind) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): kind ${JSON.stringify(object.kind)} does not match`,
    );
  }
  if (object.apiVersion !== kind.apiVersion) {
    throw badRequest(
      `the API version in the data (${object.apiVersion}) does not match the expected API version (${kind.apiVersion})`,
    );
  }
  if (typeof object.metadata !== 'object' || object.metadata === null)
    object.metadata = {} as AnyObject['metadata'];
  return object;
}

/** Drops what the schema does not know, or refuses or warns as the client asked, and refuses wrong types. */
export function checkFields(
  kind: ServedKind,
  object: AnyObject,
  validation: FieldValidation,
  warnings: Warnings,
  duplicates: () => string[],
): void {
  const schema = schemaOf(kind);
  if (!kind.custom) {
    const problem = decodeProblem(schema, object);
    if (problem !== undefined) {
      throw badRequest(
        `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${problem}`,
      );
    }
  }
  const unknown = pruneUnknownFields(schema, object);
  if (validation === 'Ignore') return;
  const problems = [...unknown, ...duplicates()];
  if (problems.length === 0) return;
  if (validation === 'Strict') {
    throw badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: strict decoding error: ${problems.join(', ')}`,
    );
  }
  warnings.add(...problems);
}
