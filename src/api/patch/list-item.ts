// How the items of associative lists are told apart: by their keys, or, in sets, by their value.

import { keyElement, type PathElement, valueElement } from './field-path.ts';
import { keyValue, type ListType } from './field-type.ts';
import { isObject } from './json-value.ts';

/** An object that does not fit its schema where sets need it to. The message names every place. */
export class TypedError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.length === 1 ? problems[0] : ['errors:', ...problems].join('\n  '));
    this.name = 'TypedError';
  }
}

/** The path element of an item. Throws TypedError, without a path, when the item has no identity. */
export function itemElement(list: ListType, item: unknown): PathElement {
  return list.relation === 'map' ? keyedElement(list, item) : setElement(item);
}

function keyedElement(list: ListType, item: unknown): PathElement {
  if (item === null) throw new TypedError(['associative list with keys may not have a null element']);
  if (!isObject(item)) throw new TypedError(['associative list with keys may not have non-map elements']);
  const pairs: [string, unknown][] = [];
  for (const key of list.keys) {
    const value = keyValue(key, item);
    if (value !== undefined) pairs.push([key.name, value]);
  }
  if (pairs.length > 0) return keyElement(pairs);
  const names = list.keys.map((key) => JSON.stringify(key.name)).join(' ');
  throw new TypedError([
    `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  ]);
}

function setElement(item: unknown): PathElement {
  if (item === null) {
    throw new TypedError(["associative list without keys has an element that's an explicit null"]);
  }
  if (Array.isArray(item)) throw new TypedError(['not supported: associative list with lists as elements']);
  if (isObject(item))
    throw new TypedError(["associative list without keys has an element that's a map type"]);
  return valueElement(item);
}

/** Whether two items have the same identity; cheaper than comparing their elements. */
export function isSameItem(list: ListType, a: unknown, b: unknown): boolean {
  if (list.relation === 'set') return a === b;
  if (!isObject(a) || !isObject(b)) return false;
  for (const key of list.keys) if (keyValue(key, a) !== keyValue(key, b)) return false;
  return true;
}

/** The items by path element, in order of first occurrence. A list that nobody validated may hold duplicates. */
export function itemsByElement(list: ListType, items: readonly unknown[]): Map<PathElement, unknown[]> {
  const groups = new Map<PathElement, unknown[]>();
  for (const item of items) {
    const element = itemElement(list, item);
    const group = groups.get(element);
    if (group) group.push(item);
    else groups.set(element, [item]);
  }
  return groups;
}
