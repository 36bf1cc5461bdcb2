// Strategic merge patch: a merge patch that knows from the schema which lists merge, by which key, and that takes directives
// ($patch, $retainKeys, $setElementOrder/…, $deleteFromPrimitiveList/…). This file merges maps; strategic-list.ts merges lists.

import { jsonClone } from '../../base/json-clone.ts';
import type { ResolveRef, Schema } from '../schema.ts';
import { badRequest, type StatusError } from '../status.ts';
import { goFormat, goType } from './go-format.ts';
import { isObject, type JsonObject, own, setOwn } from './json-value.ts';
import { dereferenced } from './schema-ref.ts';
import { type ListField, mergeList, reorderList, withoutItems } from './strategic-list.ts';

const deletePrefix = '$deleteFromPrimitiveList';
const orderPrefix = '$setElementOrder';

/**
 * Applies a strategic merge patch. `schema` describes the original; a field it does not know merges when it is a map and is replaced when it
 * is a list. The result shares nothing with the inputs. Throws 400, in Kubernetes' words, for a malformed patch.
 */
export function applyStrategicMerge<T extends object>(
  original: T,
  patch: unknown,
  schema: Schema,
  resolveRef: ResolveRef,
): T {
  if (!isObject(patch)) throw badRequest('invalid JSON document');
  const merge = new StrategicMerge(resolveRef);
  return merge.maps(jsonClone(original) as JsonObject, jsonClone(patch), schema) as T;
}

/** What the schema says about one field of a map. */
interface Field {
  schema: Schema;
  merges: boolean;
  mergeKey: string | undefined;
}

/** Works on copies: `original` and `patch` below belong to the merge, and `original` is changed in place. */
class StrategicMerge {
  readonly #resolveRef: ResolveRef;

  constructor(resolveRef: ResolveRef) {
    this.#resolveRef = resolveRef;
  }

  maps(original: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
    const { $patch: directive, ...rest } = patch;
    if (directive === 'delete') return {};
    if (directive === 'replace') return this.maps({}, rest, schema);
    if (directive !== undefined && directive !== 'merge') throw unknownDirective(directive, patch);
    retainKeys(original, rest);
    for (const [key, value] of Object.entries(rest)) {
      if (key.startsWith(deletePrefix)) deleteItems(original, key, value);
      else if (!key.startsWith(orderPrefix)) this.#field(original, key, value, rest, schema);
    }
    for (const [key, value] of Object.entries(rest)) {
      if (key.startsWith(orderPrefix)) this.#reorder(original, key, value, rest, schema);
    }
    return original;
  }

  #field(original: JsonObject, key: string, value: unknown, patch: JsonObject, schema: Schema): void {
    if (value === null) {
      delete original[key];
      return;
    }
    const before = own(original, key);
    // There is nothing to delete, and an empty map must not appear instead.
    if (before === undefined && isObject(value) && value.$patch === 'delete') return;
    const order = own(patch, `${orderPrefix}/${key}`);
    setOwn(original, key, this.#value(before, value, this.#fieldOf(schema, key), order));
  }

  #value(before: unknown, value: unknown, field: Field, order: unknown): unknown {
    if (isObject(value)) return this.#mapValue(before, value, field);
    if (!Array.isArray(value)) return value;
    const list = this.#listField(field);
    const live = Array.isArray(before) ? before : [];
    const merged = field.merges ? mergeList(live, value, list) : replacement(value, list);
    return order === undefined ? merged : reorderList(merged, listOf(order), live, list, value);
  }

  #mapValue(before: unknown, value: JsonObject, field: Field): JsonObject {
    const replaced = strategiesOf(field.schema).includes('replace') || !isObject(before);
    return this.maps(replaced ? {} : before, value, field.schema);
  }

  /** An order without a patch of the list's items: only the order changes. */
  #reorder(original: JsonObject, directive: string, order: unknown, patch: JsonObject, schema: Schema): void {
    const key = fieldNamed(directive, 'invalid patch format of setElementOrder list');
    const live = own(original, key);
    if (Object.hasOwn(patch, key) || live === undefined) {
      listOf(order);
      return;
    }
    const list = this.#listField(this.#fieldOf(schema, key));
    setOwn(original, key, reorderList(listOf(live), listOf(order), listOf(live), list, []));
  }

  #listField(field: Field): ListField {
    const items = dereferenced(field.schema.items ?? {}, this.#resolveRef);
    const mergeItem = (before: JsonObject, item: unknown) =>
      isObject(item) ? this.maps(before, item, items) : item;
    return { mergeKey: field.mergeKey, mergeItem };
  }

  #fieldOf(schema: Schema, key: string): Field {
    const owner = dereferenced(schema, this.#resolveRef);
    const additional = owner.additionalProperties;
    const declared =
      owner.properties && Object.hasOwn(owner.properties, key) ? owner.properties[key] : undefined;
    const found = declared ?? (typeof additional === 'object' ? additional : {});
    const resolved = dereferenced(found, this.#resolveRef);
    return {
      schema: resolved,
      merges: strategiesOf(resolved).includes('merge'),
      mergeKey: resolved['x-kubernetes-patch-merge-key'],
    };
  }
}

/** A list that is not merged comes from the patch whole; directives among its items say nothing then. */
function replacement(patch: unknown[], field: ListField): unknown[] {
  const items = patch.filter((item) => !(isObject(item) && Object.hasOwn(item, '$patch')));
  return items.map((item) => field.mergeItem({}, item));
}

function strategiesOf(schema: Schema): string[] {
  return schema['x-kubernetes-patch-strategy']?.split(',') ?? [];
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw badRequest(`expected a []interface {}, but received a ${goType(value)}`);
}

function unknownDirective(directive: unknown, patch: JsonObject): StatusError {
  return badRequest(`unknown patch type: ${goFormat(directive)} in map: ${goFormat(patch)}`);
}

/** `$retainKeys` names every field that may stay; it must name what the patch sets. The directive is taken out of the patch. */
function retainKeys(original: JsonObject, patch: JsonObject): void {
  const directive = own(patch, '$retainKeys');
  if (directive === undefined) return;
  delete patch.$retainKeys;
  const retained = new Set(Array.isArray(directive) ? directive : []);
  const unnamed = Object.keys(patch).some(
    (key) => patch[key] !== null && !isDirective(key) && !retained.has(key),
  );
  if (!Array.isArray(directive) || unnamed) throw badRequest('invalid patch format of retainKeys');
  for (const key of Object.keys(original)) if (!retained.has(key)) delete original[key];
}

function isDirective(key: string): boolean {
  return key.startsWith(deletePrefix) || key.startsWith(orderPrefix);
}

function deleteItems(original: JsonObject, directive: string, items: unknown): void {
  const malformed = 'invalid patch format of primitive list';
  const key = fieldNamed(directive, malformed);
  if (!Array.isArray(items)) throw badRequest(malformed);
  const live = own(original, key);
  if (Array.isArray(live)) setOwn(original, key, withoutItems(live, items));
}

/** The field after the slash of a parallel list's name. */
function fieldNamed(directive: string, malformed: string): string {
  const slash = directive.indexOf('/');
  const prefix = directive.slice(0, slash);
  if (slash < 0 || (prefix !== deletePrefix && prefix !== orderPrefix)) throw badRequest(malformed);
  return directive.slice(slash + 1);
}
