// Objects and the sets of their fields: which paths an object has, and the object without, or with only, the fields of a set.

import { jsonClone } from '../../base/json-clone.ts';
import { fieldElement, printElement } from './field-path.ts';
import { type FieldType, type ListType, type MapType, typeFor } from './field-type.ts';
import { emptySet, type FieldSet, isEmpty, isMember, leafNode } from './fields-v1.ts';
import { isObject, type JsonObject, setOwn } from './json-value.ts';
import { itemElement, itemsByElement, TypedError } from './list-item.ts';

/**
 * The set of fields that an applied configuration owns: its leaves, and the items of lists and the entries of maps themselves.
 * Throws TypedError for fields that the schema does not declare, for duplicates in associative lists and for values of the wrong kind.
 */
export function setOf(object: object, type: MapType): FieldSet {
  const walk = new FieldWalk(false);
  const set = walk.fields(object as JsonObject, type, '');
  if (walk.problems.length > 0) throw new TypedError(walk.problems);
  return isEmpty(set) ? emptySet : set;
}

/** Every path at and below a value that appears or disappears as a whole. Lenient: what does not fit its schema is a leaf. */
export function nodeOf(value: unknown, type: FieldType, implied = false): FieldSet | undefined {
  return new FieldWalk(true).node(value, type, !implied, '');
}

class FieldWalk {
  /** Empty unless the walk is strict. */
  readonly problems: string[] = [];
  /** Whether maps and lists are themselves in the set, as when they are created; else only what configurations own. */
  readonly #whole: boolean;

  constructor(whole: boolean) {
    this.#whole = whole;
  }

  /** Undefined for a value that owns nothing: an empty list, unless it is a member itself. */
  node(value: unknown, declaredType: FieldType, member: boolean, path: string): FieldSet | undefined {
    const type = typeFor(declaredType, value);
    if (type.kind === 'map' && !type.atomic) {
      if (isObject(value)) return this.#mapNode(value, type, member, path);
      this.#expected('map', value, path);
    } else if (type.kind === 'list' && type.relation !== 'atomic') {
      if (Array.isArray(value)) return this.#listNode(value, type, member, path);
      this.#expected('list', value, path);
    }
    return leafNode;
  }

  fields(object: JsonObject, type: MapType, path: string): FieldSet {
    const out: FieldSet = {};
    for (const name in object) {
      if (type.isUnowned(name) || object[name] === undefined) continue;
      const property = type.property(name);
      if (!property && !type.element) this.#problem(`${path}.${name}`, 'field not declared in schema');
      const member = this.#whole ? !property?.implied : !property;
      const childPath = this.#whole ? path : `${path}.${name}`;
      const node = this.node(object[name], property?.type ?? type.typeOf(name), member, childPath);
      if (node) out[fieldElement(name)] = node;
    }
    return out;
  }

  #mapNode(value: JsonObject, type: MapType, member: boolean, path: string): FieldSet | undefined {
    const children = this.fields(value, type, path);
    if (!isEmpty(children)) return member ? { '.': leafNode, ...children } : children;
    return member || (!this.#whole && Object.keys(value).length === 0) ? leafNode : undefined;
  }

  #listNode(items: unknown[], type: ListType, member: boolean, path: string): FieldSet | undefined {
    const out: FieldSet = member ? { '.': leafNode } : {};
    try {
      for (const [element, group] of itemsByElement(type, items)) {
        const itemPath = this.#whole ? path : path + printElement(element);
        if (group.length > 1) this.#problem(path, `duplicate entries for key ${printElement(element)}`);
        out[element] = (group.length === 1 && this.node(group[0], type.item, true, itemPath)) || leafNode;
      }
    } catch (error) {
      this.#noIdentity(error, path, items, type);
    }
    if (isEmpty(out)) return undefined;
    return items.length === 0 ? leafNode : out;
  }

  #noIdentity(error: unknown, path: string, items: unknown[], type: ListType): void {
    if (!(error instanceof TypedError) || this.#whole) throw error;
    const index = items.findIndex((item) => !hasIdentity(type, item));
    this.#problem(path, `element ${index}: ${error.message}`);
  }

  #expected(kind: string, value: unknown, path: string): void {
    if (value !== null) this.#problem(path, `expected ${kind}, got ${JSON.stringify(value)}`);
  }

  #problem(path: string, text: string): void {
    if (!this.#whole) this.problems.push(`${path}: ${text}`);
  }
}

function hasIdentity(list: ListType, item: unknown): boolean {
  try {
    itemElement(list, item);
    return true;
  } catch {
    return false;
  }
}

/** The object without the fields of the set and what is below them. A map or list that becomes empty goes too. The result is a copy. */
export function removeFields<T extends object>(object: T, set: FieldSet, type: MapType): T {
  return (withoutNode(object, set, type) ?? {}) as T;
}

function withoutNode(value: unknown, node: FieldSet, declaredType: FieldType): unknown {
  const type = typeFor(declaredType, value);
  if (type.kind === 'map' && !type.atomic && isObject(value)) return mapWithout(value, node, type);
  if (type.kind === 'list' && type.relation !== 'atomic' && Array.isArray(value)) {
    return listWithout(value, node, type);
  }
  return jsonClone(value);
}

function mapWithout(value: JsonObject, node: FieldSet, type: MapType): JsonObject | undefined {
  const out: JsonObject = {};
  let emptied = false;
  for (const name of Object.keys(value)) {
    const left = without(value[name], node[fieldElement(name)], type.typeOf(name));
    if (left === undefined) emptied = true;
    else setOwn(out, name, left);
  }
  return emptied && isEmptyMap(out) ? undefined : out;
}

function listWithout(items: unknown[], node: FieldSet, type: ListType): unknown[] | undefined {
  const left = items.map((item) => without(item, node[itemElement(type, item)], type.item));
  const kept = left.filter((item) => item !== undefined);
  return kept.length === 0 && items.length > 0 ? undefined : kept;
}

function without(value: unknown, node: FieldSet | undefined, type: FieldType): unknown {
  if (!node) return jsonClone(value);
  return isMember(node) ? undefined : withoutNode(value, node, type);
}

function isEmptyMap(object: JsonObject): boolean {
  return Object.keys(object).length === 0;
}

/**
 * Only the fields of the set, with the keys of the list items among them. A map or list that is itself in the set without any of its
 * children comes out empty. The result is a copy.
 */
export function extractFields<T extends object>(object: T, set: FieldSet, type: MapType): Partial<T> {
  return mapWithOnly(object as JsonObject, set, type) as Partial<T>;
}

function withOnly(value: unknown, node: FieldSet, declaredType: FieldType): unknown {
  const type = typeFor(declaredType, value);
  if (type.kind === 'map' && !type.atomic && isObject(value)) return mapWithOnly(value, node, type);
  if (type.kind === 'list' && type.relation !== 'atomic' && Array.isArray(value)) {
    return listWithOnly(value, node, type);
  }
  return jsonClone(value);
}

function mapWithOnly(value: JsonObject, node: FieldSet, type: MapType): JsonObject {
  const out: JsonObject = {};
  for (const name of Object.keys(value)) {
    const child = node[fieldElement(name)];
    if (child) setOwn(out, name, withOnly(value[name], child, type.typeOf(name)));
  }
  return out;
}

function listWithOnly(items: unknown[], node: FieldSet, type: ListType): unknown[] {
  const out: unknown[] = [];
  for (const item of items) {
    const child = node[itemElement(type, item)];
    if (child) out.push(withKeys(withOnly(item, child, type.item), item, type));
  }
  return out;
}

function withKeys(extracted: unknown, item: unknown, type: ListType): unknown {
  if (!isObject(extracted) || !isObject(item)) return extracted;
  const keys = type.keys.map(({ name }) => name).filter((name) => Object.hasOwn(item, name));
  return { ...Object.fromEntries(keys.map((name) => [name, item[name]])), ...extracted };
}
