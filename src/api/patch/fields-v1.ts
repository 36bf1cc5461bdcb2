// Sets of field paths, as structured-merge-diff's fieldpath.Set defines them, kept in their wire form: nested plain objects keyed by path
// element, so that managedFields need no decoding on a write. Sets are immutable, and results share what did not change.
//
// A node {} is a member without children; a node with children is a member itself only if it has the key `.`. The root is no member: {}
// as a whole set is the empty set.

import type { FieldsV1 } from '../object.ts';
import { compareElements, type FieldPath, type PathElement, parseElement } from './field-path.ts';

export type FieldSet = FieldsV1;

/** A node that is a member and has no children. */
export const leafNode: FieldSet = Object.freeze({});
export const emptySet: FieldSet = Object.freeze({});

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether the path that leads to the node is in the set. */
export function isMember(node: FieldSet): boolean {
  return node['.'] !== undefined || isEmpty(node);
}

export function has(set: FieldSet, path: FieldPath): boolean {
  let node: FieldSet | undefined = set;
  for (const element of path) node = node?.[element];
  return path.length > 0 && node !== undefined && isMember(node);
}

/** The set with the path added; the path's parents do not become members. */
export function insert(set: FieldSet, path: FieldPath): FieldSet {
  if (path.length === 0) return set;
  const single = path.reduceRight<FieldSet>((child, element) => ({ [element]: child }), leafNode);
  return union(set, single);
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(b)) return a;
  return isEmpty(a) ? b : unionOfNodes(a, b);
}

function unionOfNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  if (isEmpty(a)) return isMember(b) ? b : { '.': leafNode, ...b };
  if (isEmpty(b)) return isMember(a) ? a : { '.': leafNode, ...a };
  let out = a;
  for (const element in b) {
    const before = a[element];
    const node = b[element] as FieldSet;
    const joined = before ? unionOfNodes(before, node) : node;
    if (joined === before) continue;
    if (out === a) out = { ...a };
    out[element] = joined;
  }
  return out;
}

/** The members of `a` that are not members of `b`. Children of a member of `b` stay. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return isEmpty(a) || isEmpty(b) ? a : (differenceOfNodes(a, b, false) ?? emptySet);
}

/** The members of `a` that are neither members of `b` nor below one. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return isEmpty(a) || isEmpty(b) ? a : (differenceOfNodes(a, b, true) ?? emptySet);
}

/** Undefined when nothing is left. Neither node is empty unless it is a leaf. */
function differenceOfNodes(a: FieldSet, b: FieldSet, recursive: boolean): FieldSet | undefined {
  const memberOfB = isMember(b);
  if (memberOfB && (recursive || isEmpty(a))) return undefined;
  let out = a;
  const change = (element: PathElement, node: FieldSet | undefined) => {
    if (out === a) out = { ...a };
    if (node) out[element] = node;
    else delete out[element];
  };
  if (memberOfB && a['.']) change('.', undefined);
  for (const element in a) {
    const node = a[element] as FieldSet;
    const other = element === '.' ? undefined : b[element];
    const left = other ? differenceOfNodes(node, other, recursive) : node;
    if (left !== node) change(element, left);
  }
  return out === a ? a : normalized(out, a);
}

/** What remains of `before`: nothing at all, a mere member (a leaf), or still a node with children. */
function normalized(node: FieldSet, before: FieldSet): FieldSet | undefined {
  if (isEmpty(node)) return isEmpty(before) ? leafNode : undefined;
  return isOnlyMember(node) ? leafNode : node;
}

function isOnlyMember(node: FieldSet): boolean {
  for (const element in node) if (element !== '.') return false;
  return true;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return isEmpty(a) || isEmpty(b) ? emptySet : (intersectionOfNodes(a, b, false) ?? emptySet);
}

function intersectionOfNodes(a: FieldSet, b: FieldSet, member: boolean): FieldSet | undefined {
  if (a === b) return a;
  const out: FieldSet = {};
  for (const element in a) {
    const other = b[element];
    if (!other || element === '.') continue;
    const node = a[element] as FieldSet;
    const common = intersectionOfNodes(node, other, isMember(node) && isMember(other));
    if (common) out[element] = common;
  }
  if (isEmpty(out)) return member ? leafNode : undefined;
  return member ? { '.': leafNode, ...out } : out;
}

/** The members that have no members below them. */
export function leaves(set: FieldSet): FieldSet {
  const out: FieldSet = {};
  for (const element in set) if (element !== '.') out[element] = leaves(set[element] as FieldSet);
  return out;
}

export function equals(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  let count = 0;
  for (const element in a) {
    const other = b[element];
    if (!other || !equals(a[element] as FieldSet, other)) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}

/** Every member's path, parents before children, siblings in Kubernetes' order. */
export function* paths(set: FieldSet, prefix: FieldPath = []): Generator<FieldPath> {
  for (const element of Object.keys(set).sort(compareElements)) {
    if (element === '.') continue;
    const node = set[element] as FieldSet;
    const path = [...prefix, element];
    if (isMember(node)) yield path;
    yield* paths(node, path);
  }
}

/** Reads `fieldsV1` as a client sent it, with canonical elements. Throws on anything that is not a set. */
export function fromFieldsV1(fields: unknown): FieldSet {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new Error(`expected an object of path elements, got ${JSON.stringify(fields)}`);
  }
  let out: FieldSet = {};
  for (const [text, child] of Object.entries(fields)) {
    const node = fromFieldsV1(child);
    if (text === '.') out['.'] = leafNode;
    else out = { ...out, [parseElement(text)]: node };
  }
  return isOnlyMember(out) ? leafNode : out;
}

/** The set in Kubernetes' order; the set itself when it already is. */
export function toFieldsV1(set: FieldSet): FieldsV1 {
  const elements = Object.keys(set);
  let changed = !elements.every(
    (element, i) => i === 0 || compareElements(elements[i - 1] as string, element) < 0,
  );
  if (changed) elements.sort(compareElements);
  const out: FieldsV1 = {};
  for (const element of elements) {
    const node = set[element] as FieldSet;
    const ordered = toFieldsV1(node);
    out[element] = ordered;
    if (ordered !== node) changed = true;
  }
  return changed ? out : set;
}
