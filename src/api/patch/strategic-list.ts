// Merging and ordering the lists of a strategic merge patch. Order: $setElementOrder goes before the patch's order, that before the live
// one; items that only the server has are interleaved by where they stood.

import { badRequest, type StatusError } from '../status.ts';
import { goFormat, goType } from './go-format.ts';
import { isObject, type JsonObject, own } from './json-value.ts';

export interface ListField {
  /** Undefined for lists of scalars. */
  mergeKey: string | undefined;
  /** Merges a patch item into a live one; `{}` for a new item. Scalars come back as they are. */
  mergeItem(live: JsonObject, item: unknown): unknown;
}

/** Merges by key, or as a set when the items are scalars. `live` belongs to the caller's copy. */
export function mergeList(live: unknown[], patch: unknown[], field: ListField): unknown[] {
  if (patch.length === 0) return live;
  const first = live[0] ?? patch[0];
  for (const item of [...live, ...patch]) requireSameKind(first, item, live, patch);
  return isObject(first) ? mergeMaps(live, patch, field) : mergeScalars(live, patch);
}

/**
 * Puts a merged list into the order of `$setElementOrder`. `live` is the list before the merge, `patch` the patch's own list, whose
 * order must agree with the directive.
 */
export function reorderList(
  merged: unknown[],
  order: unknown[],
  live: unknown[],
  field: ListField,
  patch: unknown[],
): unknown[] {
  const identity = identityOf(
    [merged, order, patch].some((list) => isObject(list[0])),
    field,
  );
  requireAgreement(patch, order, identity);
  return arranged(merged, order, live, identity);
}

export function withoutItems(live: unknown[], deleted: unknown[]): unknown[] {
  const gone = new Set(deleted);
  return live.filter((item) => !gone.has(item));
}

type Identity = (item: unknown) => unknown;

function identityOf(maps: boolean, field: ListField): Identity {
  return maps ? (item) => keyOf(item, requireMergeKey(field)) : (item) => item;
}

function requireMergeKey(field: ListField): string {
  if (field.mergeKey !== undefined) return field.mergeKey;
  throw badRequest('cannot merge lists without merge key for type struct');
}

function keyOf(item: unknown, mergeKey: string): unknown {
  if (!isObject(item)) throw badRequest(`expected a map[string]interface {}, but received a ${goType(item)}`);
  if (Object.hasOwn(item, mergeKey)) return item[mergeKey];
  throw badRequest(`map: ${goFormat(item)} does not contain declared merge key: ${mergeKey}`);
}

function requireSameKind(first: unknown, item: unknown, live: unknown[], patch: unknown[]): void {
  if (Array.isArray(first) || Array.isArray(item)) throw badRequest('lists of lists are not supported');
  const same = isObject(first) ? isObject(item) : typeof item === typeof first && item !== null;
  if (!same) throw badRequest(`list element types are not identical: ${goFormat([live, patch])}`);
}

function mergeScalars(live: unknown[], patch: unknown[]): unknown[] {
  return arranged([...new Set([...live, ...patch])], patch, live, (item) => item);
}

function mergeMaps(live: unknown[], patch: unknown[], field: ListField): unknown[] {
  const identity = identityOf(true, field);
  const { kept, items, replace } = withDirectives(live as JsonObject[], patch as JsonObject[], identity);
  if (replace) return items.map((item) => field.mergeItem({}, item));
  // Of several live items with one key the first is meant; the others stay as they are.
  const positions = positionsOf(kept, identity);
  const merged: unknown[] = [...kept];
  for (const item of items) {
    const key = identity(item);
    const position = positions.get(key) ?? merged.length;
    positions.set(key, position);
    merged[position] = field.mergeItem((merged[position] ?? {}) as JsonObject, item);
  }
  return arranged(merged, items, kept, identity);
}

interface Directed {
  kept: JsonObject[];
  items: JsonObject[];
  replace: boolean;
}

/** Carries out the `$patch` items: deletes from the live list, and notes a replacement of the whole list. */
function withDirectives(live: JsonObject[], patch: JsonObject[], identity: Identity): Directed {
  const items = patch.filter((item) => !Object.hasOwn(item, '$patch'));
  const deleted = new Set<unknown>();
  let replace = false;
  for (const item of patch) {
    const directive = own(item, '$patch');
    if (directive === 'delete') deleted.add(identity(item));
    else if (directive === 'replace') replace = true;
    else if (directive !== undefined) throw badDirective(directive, item);
  }
  return { kept: live.filter((item) => !deleted.has(identity(item))), items, replace };
}

function badDirective(directive: unknown, item: JsonObject): StatusError {
  if (directive === 'merge') return badRequest('merging lists cannot yet be specified in the patch');
  return badRequest(`unknown patch type: ${goFormat(directive)} in map: ${goFormat(item)}`);
}

/** The patch's items must occur in the order list, in the same relative order. Items with a directive do not count. */
function requireAgreement(patch: unknown[], order: unknown[], identity: Identity): void {
  const wanted = patch.filter((item) => !(isObject(item) && Object.hasOwn(item, '$patch')));
  if (wanted.length === 0 || order.length === 0) return;
  let next = 0;
  for (const item of order) {
    if (next < wanted.length && identity(wanted[next]) === identity(item)) next++;
  }
  if (next === wanted.length) return;
  throw badRequest(
    `The order in patch list:\n${goFormat(patch)}\n doesn't match $setElementOrder list:\n${goFormat(order)}\n`,
  );
}

/** `items` has what only the server has in live order. */
function arranged(items: unknown[], order: unknown[], live: unknown[], identity: Identity): unknown[] {
  const inOrder = positionsOf(order, identity);
  const inLive = positionsOf(live, identity);
  const positionOf = (item: unknown) => inOrder.get(identity(item));
  const patched = items.filter((item) => positionOf(item) !== undefined);
  patched.sort((a, b) => (positionOf(a) ?? 0) - (positionOf(b) ?? 0));
  const others = items.filter((item) => positionOf(item) === undefined);
  return interleaved(others, patched, (item) => inLive.get(identity(item)));
}

function positionsOf(list: unknown[], identity: Identity): Map<unknown, number> {
  const positions = new Map<unknown, number>();
  list.forEach((item, index) => {
    const key = identity(item);
    if (!positions.has(key)) positions.set(key, index);
  });
  return positions;
}

/** Each server-only item goes before the first patched one that stood behind it in the live list. */
function interleaved(
  others: unknown[],
  patched: unknown[],
  livePosition: (item: unknown) => number | undefined,
): unknown[] {
  const out: unknown[] = [];
  let i = 0;
  for (const item of patched) {
    const position = livePosition(item);
    while (i < others.length && position !== undefined && (livePosition(others[i]) ?? position) < position) {
      out.push(others[i++]);
    }
    out.push(item);
  }
  return out.concat(others.slice(i));
}
