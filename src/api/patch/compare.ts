// What changed between two versions of an object, found in one walk over both: unchanged parts cost a comparison and allocate nothing,
// because this runs on every write.

import { deepEqual } from '../../base/deep-equal.ts';
import { fieldElement, type PathElement } from './field-path.ts';
import { type FieldType, type ListType, type MapType, typeFor } from './field-type.ts';
import { emptySet, type FieldSet, leafNode, union } from './fields-v1.ts';
import { isObject, type JsonObject, own } from './json-value.ts';
import { isSameItem, itemsByElement } from './list-item.ts';
import { nodeOf } from './typed.ts';

export interface Comparison {
  /** Fields that only the newer object has, with the maps and lists that appeared. */
  added: FieldSet;
  /** Leaves whose value differs. */
  modified: FieldSet;
  removed: FieldSet;
}

type Delta = Partial<Comparison>;

/**
 * Compares two objects of a type; the server's own metadata, apiVersion and kind do not count. Undefined when nothing changed.
 * Throws TypedError when an item of an associative list has no key.
 */
export function compare(before: object, after: object, type: MapType): Comparison | undefined {
  const delta = mapDelta(before as JsonObject, after as JsonObject, type);
  return delta && { added: emptySet, modified: emptySet, removed: emptySet, ...delta };
}

function deltaOf(
  before: unknown,
  after: unknown,
  declaredType: FieldType,
  implied = false,
): Delta | undefined {
  if (before === after) return undefined;
  if (before === undefined) return some({ added: nodeOf(after, declaredType, implied) });
  if (after === undefined) return some({ removed: nodeOf(before, declaredType, implied) });
  const type = typeFor(declaredType, after);
  if (type.kind === 'map' && !type.atomic && isObject(before) && isObject(after)) {
    return mapDelta(before, after, type);
  }
  if (type.kind === 'list' && type.relation !== 'atomic' && Array.isArray(before) && Array.isArray(after)) {
    return listDelta(before, after, type);
  }
  return deepEqual(before, after) ? undefined : replaced(before, after, declaredType);
}

/** Another kind of value, or another scalar: the path is modified, and what was or is below it comes and goes. */
function replaced(before: unknown, after: unknown, type: FieldType): Delta {
  const removed = nodeOf(before, type, true);
  const added = nodeOf(after, type, true);
  const delta: Delta = { modified: leafNode };
  if (removed && removed !== leafNode) delta.removed = removed;
  if (added && added !== leafNode) delta.added = added;
  return delta;
}

function some(delta: { [side in keyof Comparison]?: FieldSet | undefined }): Delta | undefined {
  return delta.added || delta.removed ? (delta as Delta) : undefined;
}

function mapDelta(before: JsonObject, after: JsonObject, type: MapType): Delta | undefined {
  let delta: Delta | undefined;
  for (const name in after) {
    if (type.isUnowned(name)) continue;
    const old = own(before, name);
    const value = after[name];
    if (old === value) continue;
    const property = type.property(name);
    const child = deltaOf(old, value, property?.type ?? type.typeOf(name), property?.implied);
    if (child) delta = place(delta, fieldElement(name), child);
  }
  for (const name in before) {
    if (own(after, name) !== undefined || type.isUnowned(name)) continue;
    const property = type.property(name);
    const child = deltaOf(before[name], undefined, property?.type ?? type.typeOf(name), property?.implied);
    if (child) delta = place(delta, fieldElement(name), child);
  }
  return delta;
}

const sides = ['added', 'modified', 'removed'] as const;

function place(delta: Delta | undefined, element: PathElement, child: Delta): Delta {
  const out = delta ?? {};
  for (const side of sides) {
    const node = child[side];
    if (!node) continue;
    const siblings = out[side];
    if (siblings) siblings[element] = node;
    else out[side] = { [element]: node };
  }
  return out;
}

function listDelta(before: unknown[], after: unknown[], type: ListType): Delta | undefined {
  return isUnchanged(before, after, type) ? undefined : keyedDelta(before, after, type);
}

/** The usual case: the same items in the same order, so nothing need be looked up by key. */
function isUnchanged(before: unknown[], after: unknown[], type: ListType): boolean {
  if (before.length !== after.length) return false;
  for (let i = 0; i < before.length; i++) {
    if (!isSameItem(type, before[i], after[i]) || !deepEqual(before[i], after[i])) return false;
  }
  return true;
}

function keyedDelta(before: unknown[], after: unknown[], type: ListType): Delta | undefined {
  const old = itemsByElement(type, before);
  const now = itemsByElement(type, after);
  let delta: Delta | undefined;
  for (const [element, items] of now) {
    const child = itemDelta(old.get(element), items, type);
    if (child) delta = place(delta, element, child);
  }
  for (const [element, items] of old) {
    if (now.has(element)) continue;
    const child = itemDelta(items, undefined, type);
    if (child) delta = place(delta, element, child);
  }
  return delta;
}

/** Duplicates of one key are compared as a whole: nobody can own a field of one of them. */
function itemDelta(
  before: unknown[] | undefined,
  after: unknown[] | undefined,
  type: ListType,
): Delta | undefined {
  const unique = (before?.length ?? 1) === 1 && (after?.length ?? 1) === 1;
  if (unique) return deltaOf(before?.[0], after?.[0], type.item);
  if (!before) return { added: leafNode };
  if (!after) return { removed: leafNode };
  return deepEqual(before, after) ? undefined : { modified: leafNode };
}

/** Everything that has a new value. */
export function changedFields(comparison: Comparison): FieldSet {
  return union(comparison.modified, comparison.added);
}
