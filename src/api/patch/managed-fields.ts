// Who owns which field (KEP-555): keeps metadata.managedFields up to date on writes, and carries out server-side apply. All sets of an
// object are read with the one schema given, whatever apiVersion their entries name: versions of a kind served here share their fields.

import { deepEqual } from '../../base/deep-equal.ts';
import { required } from '../field-error.ts';
import { type AnyObject, type ManagedFieldsEntry, parseApiVersion } from '../object.ts';
import type { ResolveRef, Schema } from '../schema.ts';
import { badRequest, internalError, invalidObject } from '../status.ts';
import { timestamp } from '../timestamp.ts';
import { applyConflict, type Conflict } from './apply-conflict.ts';
import { type Comparison, changedFields, compare } from './compare.ts';
import { type MapType, objectType } from './field-type.ts';
import * as fields from './fields-v1.ts';
import { TypedError } from './list-item.ts';
import {
  capUpdaters,
  fieldsOf,
  idOf,
  isReset,
  listOf,
  type Managers,
  managersOf,
  newEntry,
  parseEntries,
  withFields,
} from './manager-entries.ts';
import { mergeApplied } from './merge-applied.ts';
import { prune } from './prune.ts';
import { setOf } from './typed.ts';

export interface ManagerOptions {
  /** The manager's name; see defaultManager. */
  manager: string;
  /** The version that the request speaks. */
  apiVersion: string;
  subresource?: string;
  /** Wall-clock milliseconds. */
  now: number;
  /** Of the whole object. A custom resource's need not describe metadata. */
  schema: Schema;
  resolveRef: ResolveRef;
}

export interface UpdateOptions extends ManagerOptions {
  operation?: 'Update';
}

export interface ApplyOptions extends ManagerOptions {
  /** Take fields over from other managers instead of failing with a conflict. */
  force?: boolean;
}

/** Stands for all that was there before an object without managedFields was first applied. */
const beforeFirstApply = 'before-first-apply';

/**
 * The managedFields that `next` is to be stored with, given the stored object (undefined on creation). Compares whole objects, so defaults
 * must already be filled in. Changes neither; returns the stored list itself when the write changed nothing, and undefined for none.
 * - `next` may bring its own list: it is taken if valid, `[]` and `[{}]` reset. Without one, or with an invalid one, the stored list counts.
 * - An object whose list is empty stays untracked until it is first applied, as in Kubernetes.
 */
export function updateManagedFields(
  live: AnyObject | undefined,
  next: AnyObject,
  options: UpdateOptions,
): ManagedFieldsEntry[] | undefined {
  const before = entriesBefore(live, next, options);
  if (live && before.length === 0) return undefined;
  try {
    const comparison = compare(live ?? {}, next, objectType(options.schema, options.resolveRef));
    if (comparison) return updatedEntries(before, comparison, options);
    return before === live?.metadata.managedFields ? before : listOf(managersOf(before));
  } catch (error) {
    // Ownership is bookkeeping: an object that does not fit its schema is for validation to refuse, not for this.
    if (error instanceof TypedError) return live?.metadata.managedFields;
    throw error;
  }
}

function entriesBefore(
  live: AnyObject | undefined,
  next: AnyObject,
  options: UpdateOptions,
): ManagedFieldsEntry[] {
  const stored = live?.metadata.managedFields ?? [];
  const sent: unknown = next.metadata.managedFields;
  if (options.subresource || sent === stored || sent === undefined) return stored;
  if (isReset(sent)) return [];
  if (deepEqual(sent, stored)) return stored;
  const parsed = parseEntries(sent);
  return parsed && parsed.length > 0 ? parsed : stored;
}

function updatedEntries(
  before: ManagedFieldsEntry[],
  comparison: Comparison,
  options: UpdateOptions,
): ManagedFieldsEntry[] | undefined {
  const managers = managersOf(before);
  const changed = changedFields(comparison);
  for (const [id, entry] of managers) release(managers, id, entry, changed, comparison.removed);
  if (!fields.isEmpty(changed)) {
    const head = headOf(options, 'Update');
    const owned = managers.get(idOf(head));
    managers.set(
      idOf(head),
      newEntry(head, fields.union(changed, owned ? fieldsOf(owned) : fields.emptySet)),
    );
  }
  capUpdaters(managers);
  return listOf(managers);
}

function headOf(options: ManagerOptions, operation: 'Update' | 'Apply') {
  const { manager, apiVersion, subresource, now } = options;
  return { manager, operation, apiVersion, time: timestamp(now), subresource } as const;
}

/** Takes fields away from a manager: those that somebody else changed, and those that are gone. */
function release(
  managers: Managers,
  id: string,
  entry: ManagedFieldsEntry,
  changed: fields.FieldSet,
  removed: fields.FieldSet,
): void {
  const left = fields.recursiveDifference(fields.difference(fieldsOf(entry), changed), removed);
  if (fields.isEmpty(left)) managers.delete(id);
  else managers.set(id, withFields(entry, left));
}

export interface Applied {
  /** The caller's own copy, with its managedFields in metadata; equal to the live object when nothing changed. */
  object: AnyObject;
  managedFields: ManagedFieldsEntry[] | undefined;
}

/**
 * Merges an applied configuration into the stored object (undefined: creates), removes what this manager's last apply owned, this one leaves
 * out and nobody else owns, and records the ownership. Defaults are the caller's to fill in afterwards: nobody owns them.
 * Throws 422 without a manager; 400 for a configuration with managedFields, of another version, or that does not fit the
 * schema; 409 when it would change fields of other managers and `force` is not set.
 */
export function applyServerSide(
  live: AnyObject | undefined,
  config: AnyObject,
  options: ApplyOptions,
): Applied {
  checkConfig(config, options);
  const type = objectType(options.schema, options.resolveRef);
  const owned = setOfConfig(config, type);
  try {
    return applyOwned(live, config, owned, type, options);
  } catch (error) {
    if (!(error instanceof TypedError)) throw error;
    throw internalError(
      `failed to create typed live object (${describe(live ?? config)}): ${error.message}`,
      error,
    );
  }
}

function applyOwned(
  live: AnyObject | undefined,
  config: AnyObject,
  owned: fields.FieldSet,
  type: MapType,
  options: ApplyOptions,
): Applied {
  const managers = managersBeforeApply(live, type, options);
  const head = headOf(options, 'Apply');
  const id = idOf(head);
  const last = managers.get(id);
  managers.delete(id);
  const merged = mergeApplied(live ?? {}, config, type) as AnyObject;
  const object = pruned(merged, last, owned, managers, type);
  const comparison = compare(live ?? {}, object, type);
  if (comparison) settle(managers, comparison, options.force ?? false);
  const same = !comparison && last !== undefined && isSameApply(last, owned, options);
  managers.set(id, same ? last : newEntry(head, owned));
  return withManagers(object, managers, live);
}

function checkConfig(config: AnyObject, options: ApplyOptions): void {
  if (options.manager === '') {
    const error = required('fieldManager', 'is required for apply patch');
    throw invalidObject({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [error]);
  }
  const managedFields: unknown = config.metadata?.managedFields;
  if (managedFields !== undefined && managedFields !== null) {
    throw badRequest('metadata.managedFields must be nil');
  }
  if (config.apiVersion === options.apiVersion) return;
  throw badRequest(
    `Incorrect version specified in apply patch. Specified patch version: ${config.apiVersion}, expected: ${options.apiVersion}`,
  );
}

function setOfConfig(config: AnyObject, type: MapType): fields.FieldSet {
  try {
    return setOf(config, type);
  } catch (error) {
    if (!(error instanceof TypedError)) throw error;
    throw badRequest(`failed to create typed patch object (${describe(config)}): ${error.message}`, error);
  }
}

/** `default/web; apps/v1, Kind=Deployment`. */
function describe(object: AnyObject): string {
  const { name = '', namespace = '' } = object.metadata ?? {};
  const { group = '', version = '' } = parseApiVersion(object.apiVersion) ?? {};
  return `${namespace}/${name}; ${group}/${version}, Kind=${object.kind}`;
}

function managersBeforeApply(live: AnyObject | undefined, type: MapType, options: ApplyOptions): Managers {
  const entries = live?.metadata.managedFields ?? [];
  if (!live || entries.length > 0) return managersOf(entries);
  const everything = compare({}, live, type)?.added ?? fields.emptySet;
  const head = { ...headOf(options, 'Update'), manager: beforeFirstApply, subresource: undefined };
  return managersOf(fields.isEmpty(everything) ? [] : [newEntry(head, everything)]);
}

function pruned(
  merged: AnyObject,
  last: ManagedFieldsEntry | undefined,
  owned: fields.FieldSet,
  others: Managers,
  type: MapType,
): AnyObject {
  if (!last || fields.isEmpty(fields.difference(fieldsOf(last), owned))) return merged;
  let kept = owned;
  for (const entry of others.values()) kept = fields.union(kept, fieldsOf(entry));
  return prune(merged, fieldsOf(last), kept, type);
}

/** Finds what other managers lose. Without force any change of their fields is a conflict. */
function settle(managers: Managers, comparison: Comparison, force: boolean): void {
  const changed = changedFields(comparison);
  if (!force) {
    const conflicts: Conflict[] = [];
    for (const entry of managers.values()) {
      const common = fields.intersection(fieldsOf(entry), changed);
      if (!fields.isEmpty(common)) conflicts.push({ entry, fields: common });
    }
    if (conflicts.length > 0) throw applyConflict(conflicts);
  }
  for (const [id, entry] of managers) release(managers, id, entry, changed, comparison.removed);
}

function isSameApply(last: ManagedFieldsEntry, owned: fields.FieldSet, options: ApplyOptions): boolean {
  return last.apiVersion === options.apiVersion && fields.equals(fieldsOf(last), owned);
}

function withManagers(object: AnyObject, managers: Managers, live: AnyObject | undefined): Applied {
  const list = listOf(managers);
  const stored = live?.metadata.managedFields;
  const managedFields = stored && deepEqual(stored, list) ? stored : list;
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  object.metadata = (managedFields ? { ...metadata, managedFields } : metadata) as AnyObject['metadata'];
  return { object, managedFields };
}

const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const maxManagerBytes = 128;

/** The manager of a request without fieldManager: the User-Agent up to its first slash, printable characters only, at most 128 bytes. */
export function defaultManager(userAgent: string): string {
  const encoder = new TextEncoder();
  let name = '';
  let bytes = 0;
  for (const character of userAgent.split('/', 1)[0] ?? '') {
    if (!printable.test(character)) continue;
    bytes += encoder.encode(character).length;
    if (bytes > maxManagerBytes) break;
    name += character;
  }
  return name;
}
