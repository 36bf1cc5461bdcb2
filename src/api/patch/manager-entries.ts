// The entries of metadata.managedFields: reading what clients send, identity, order, and the cap on how many there are. Entries and their
// field sets are shared between versions of an object and never changed in place.

import type { ManagedFieldsEntry } from '../object.ts';
import { type FieldSet, fromFieldsV1, isEmpty, toFieldsV1, union } from './fields-v1.ts';

/** The managers of an object by identity (see idOf). */
export type Managers = Map<string, ManagedFieldsEntry>;

const maxUpdateManagers = 10;
const maxNameLength = 128;

/** Two entries with the same identity are one. An applier may change the version it applies, an updater is another one then. */
export function idOf(entry: ManagedFieldsEntry): string {
  const { manager = '', operation, apiVersion, subresource = '' } = entry;
  return JSON.stringify([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource]);
}

export function fieldsOf(entry: ManagedFieldsEntry): FieldSet {
  return entry.fieldsV1 ?? {};
}

export function managersOf(entries: readonly ManagedFieldsEntry[]): Managers {
  return new Map(entries.map((entry) => [idOf(entry), entry]));
}

/** `managedFields: []` or `[{}]` asks for a reset. */
export function isReset(entries: unknown): boolean {
  if (!Array.isArray(entries) || entries.length > 1) return false;
  return entries.length === 0 || Object.keys(entries[0] ?? { null: true }).length === 0;
}

/** The entries as a client sent them, with canonical field sets; undefined when any of them is invalid. */
export function parseEntries(entries: unknown): ManagedFieldsEntry[] | undefined {
  if (!Array.isArray(entries)) return undefined;
  try {
    return entries.map(parseEntry);
  } catch {
    return undefined;
  }
}

function parseEntry(entry: ManagedFieldsEntry): ManagedFieldsEntry {
  const { manager = '', operation, apiVersion, time, fieldsType, fieldsV1, subresource = '' } = entry;
  const valid =
    (operation === 'Apply' || operation === 'Update') &&
    typeof apiVersion === 'string' &&
    apiVersion !== '' &&
    fieldsType === 'FieldsV1' &&
    isName(manager) &&
    typeof subresource === 'string' &&
    (time === undefined || time === null || !Number.isNaN(Date.parse(time)));
  if (!valid) throw new Error('invalid managed fields entry');
  return newEntry({ manager, operation, apiVersion, time, subresource }, fromFieldsV1(fieldsV1 ?? {}));
}

function isName(manager: unknown): boolean {
  return typeof manager === 'string' && manager.length <= maxNameLength;
}

type EntryHead = Pick<ManagedFieldsEntry, 'manager' | 'operation' | 'apiVersion' | 'time' | 'subresource'>;

/** An entry in the order in which Kubernetes writes its members. */
export function newEntry(head: EntryHead, fields: FieldSet): ManagedFieldsEntry {
  return {
    ...(head.manager ? { manager: head.manager } : {}),
    operation: head.operation as 'Apply' | 'Update',
    apiVersion: head.apiVersion as string,
    ...(head.time ? { time: head.time } : {}),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(fields),
    ...(head.subresource ? { subresource: head.subresource } : {}),
  };
}

/** The entry with other fields; the entry itself when they are the same ones. */
export function withFields(entry: ManagedFieldsEntry, fields: FieldSet): ManagedFieldsEntry {
  return fields === entry.fieldsV1 ? entry : newEntry(entry, fields);
}

/**
 * At most ten updaters: the oldest ones of a version are united as `ancient-changes`. A version's first old entry stays
 * as it is until there is a second one to unite it with.
 */
export function capUpdaters(managers: Managers): void {
  const updaters = [...managers].filter(([, entry]) => entry.operation === 'Update').sort(byAge);
  let excess = updaters.length - maxUpdateManagers;
  const firsts = new Map<string, string>();
  for (const [id, entry] of excess > 0 ? updaters : []) {
    if (excess <= 0) return;
    const version = entry.apiVersion ?? '';
    const first = firsts.get(version);
    if (first === undefined) {
      firsts.set(version, id);
      continue;
    }
    mergeAncient(managers, first, id, entry);
    excess--;
  }
}

function mergeAncient(managers: Managers, first: string, id: string, entry: ManagedFieldsEntry): void {
  const { apiVersion, time } = entry;
  const head: EntryHead = { manager: 'ancient-changes', operation: 'Update', apiVersion, time };
  const bucket = idOf(head);
  const source = managers.has(bucket) && bucket !== id ? bucket : first;
  const united = union(fieldsOf(entry), fieldsOf(managers.get(source) ?? {}));
  managers.delete(source);
  managers.delete(id);
  managers.set(bucket, newEntry(head, united));
}

function byAge([idA, a]: [string, ManagedFieldsEntry], [idB, b]: [string, ManagedFieldsEntry]): number {
  return secondsOf(a) - secondsOf(b) || (idA < idB ? -1 : 1);
}

function secondsOf(entry: ManagedFieldsEntry): number {
  return entry.time ? Math.floor(Date.parse(entry.time) / 1000) : 0;
}

/** The entries in Kubernetes' order, without empty ones; undefined when there are none. */
export function listOf(managers: Managers): ManagedFieldsEntry[] | undefined {
  const entries = [...managers.values()].filter((entry) => !isEmpty(fieldsOf(entry)));
  return entries.length === 0 ? undefined : entries.sort(inOrder);
}

function inOrder(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    compareTexts(a.operation, b.operation) ||
    secondsOf(a) - secondsOf(b) ||
    compareTexts(a.manager, b.manager) ||
    compareTexts(a.apiVersion, b.apiVersion) ||
    compareTexts(a.subresource, b.subresource)
  );
}

function compareTexts(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
