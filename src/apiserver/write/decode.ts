// From a request's body to an object of the served kind: media type, syntax, apiVersion and kind, unknown and duplicate fields, types.

import { duplicateFields } from '../../api/json-duplicates.ts';
import type { Kind } from '../../api/kind.ts';
import type { AnyObject } from '../../api/object.ts';
import { decodeObject } from '../../api/protobuf/decode.ts';
import { WireError } from '../../api/protobuf/wire-reader.ts';
import { anyObject, definition, definitionNameOf } from '../../api/schema/definitions.ts';
import { decodeProblem } from '../../api/schema/structural.ts';
import { pruneUnknownFields } from '../../api/schema/unknown-fields.ts';
import type { Schema } from '../../api/schema.ts';
import { badRequest, tooLarge, unsupportedMediaType } from '../../api/status.ts';
import { jsonClone } from '../../base/json-clone.ts';
import type { Warnings } from '../admission/admission.ts';
import type { FieldValidation } from '../options.ts';
import type { RequestBody } from '../request.ts';
import { deepestBody, deepestObject, isDeeperThan, isObjectTooDeep, isShallowText } from './nesting.ts';

type TextBody = Extract<RequestBody, { kind: 'text' | 'bytes' }>;

/** What decoding needs to know of a kind; subresources take bodies of kinds that are not served by themselves. */
export type BodyKind = Pick<Kind, 'kind' | 'apiVersion' | 'version' | 'schema'> & { custom?: boolean };

const protobuf = 'application/vnd.kubernetes.protobuf';

export const objectMediaTypes = ['application/json', 'application/yaml', protobuf];

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

/** Parses a body. Throws 400 with the parser's words, or for one that is nested too deeply; an empty body gives undefined. */
export async function parseBody(body: RequestBody, type: string): Promise<ParsedBody> {
  if (body.kind === 'none') return { value: undefined, duplicates: () => [] };
  const parsed = await parseContent(body, type);
  if (body.kind === 'text' && type.endsWith('json') && isShallowText(body.text)) return parsed;
  if (isDeeperThan(parsed.value, deepestBody)) throw tooDeep(deepestBody);
  return parsed;
}

async function parseContent(body: Exclude<RequestBody, { kind: 'none' }>, type: string): Promise<ParsedBody> {
  if (body.kind === 'value') return { value: body.value, duplicates: () => [] };
  if (type === protobuf) return { value: parseProtobuf(body), duplicates: () => [] };
  return parseText(textOf(body), type);
}

function parseProtobuf(body: TextBody): unknown {
  try {
    const bytes = body.kind === 'bytes' ? body.bytes : new TextEncoder().encode(body.text);
    return decodeObject(bytes, definitionNameOf);
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    throw badRequest(`couldn't parse the body as protobuf: ${cause.message}`, cause);
  }
}

function textOf(body: TextBody): string {
  return body.kind === 'text' ? body.text : new TextDecoder().decode(body.bytes);
}

/** In characters. Parsing YAML takes more than a second for each megabyte, and nothing else is answered meanwhile. */
const longestYaml = 512 * 1024;

async function parseText(text: string, type: string): Promise<ParsedBody> {
  const isYaml = type.endsWith('yaml') && !/^\s*[{[]/.test(text);
  if (isYaml && text.length > longestYaml) {
    throw tooLarge(`a body in YAML may have at most ${longestYaml} characters: send larger ones as JSON`);
  }
  try {
    if (isYaml) {
      const yaml = await import('yaml');
      // An alias is the same object again: a copy has each where it stands, so that one can change without the other.
      return { value: jsonClone(yaml.parse(text)), duplicates: () => [] };
    }
    return { value: JSON.parse(text), duplicates: () => duplicateFields(text) };
  } catch (cause) {
    const what = type.endsWith('yaml') ? 'yaml' : 'json';
    throw badRequest(`couldn't parse the body as ${what}: ${(cause as Error).message}`, cause);
  }
}

function tooDeep(levels: number): Error {
  return badRequest(`the body is nested too deeply: at most ${levels} levels are accepted`);
}

/** The schema of a kind, whichever way it was declared. */
export function schemaOf(kind: BodyKind): Schema {
  return typeof kind.schema === 'string' ? definition(kind.schema) : kind.schema;
}

/**
 * Checks that the body, or what a patch made of an object, is an object of this kind, and gives it its apiVersion and kind where
 * they were left out.
 */
export function checkedKind(kind: BodyKind, value: unknown): AnyObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest(`the body must be a ${kind.kind} object`);
  }
  if (isObjectTooDeep(value)) throw tooDeep(deepestObject);
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
  object.metadata ??= {} as AnyObject['metadata'];
  return object;
}

/** Drops what the schema does not know, or refuses or warns as the client asked, and refuses wrong types. */
export function checkFields(
  kind: BodyKind,
  object: AnyObject,
  validation: FieldValidation,
  warnings: Warnings,
  duplicates: () => string[],
): void {
  const schema = schemaOf(kind);
  // Of a custom kind only the metadata is decoded: the rest is validated, where it gives a 422 with causes.
  const problem = decodeProblem(kind.custom ? anyObject : schema, object);
  if (problem !== undefined) {
    throw badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${problem}`,
    );
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
