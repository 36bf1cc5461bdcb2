import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ManagedFieldsEntry } from '../object.ts';
import { timestamp } from '../timestamp.ts';
import { capUpdaters, isReset, listOf, managersOf, newEntry } from './manager-entries.ts';

const start = Date.UTC(2024, 0, 1);

/** An updater that owns one field, named after itself. */
function updater(manager: string, second: number, apiVersion = 'v1'): ManagedFieldsEntry {
  const head = { manager, operation: 'Update', apiVersion, time: timestamp(start + second * 1000) } as const;
  return newEntry(head, { [`f:${manager}`]: {} });
}

function capped(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const managers = managersOf(entries);
  capUpdaters(managers);
  return listOf(managers) ?? [];
}

function namesOf(entries: ManagedFieldsEntry[]): (string | undefined)[] {
  return entries.map((entry) => entry.manager);
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `m${i.toString().padStart(2, '0')}`);
}

test('ten updaters are left alone, the oldest of more become ancient-changes', () => {
  const entries = names(14).map((name, i) => updater(name, i));
  assert.deepEqual(capped(entries.slice(0, 10)), entries.slice(0, 10));
  const [ancient, ...rest] = capped(entries);
  assert.deepEqual(namesOf(rest), names(14).slice(5));
  assert.deepEqual(ancient, {
    manager: 'ancient-changes',
    operation: 'Update',
    apiVersion: 'v1',
    time: '2024-01-01T00:00:04Z',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:m00': {}, 'f:m01': {}, 'f:m02': {}, 'f:m03': {}, 'f:m04': {} },
  });
});

test('only changes of one version are united, and appliers do not count', () => {
  const applier: ManagedFieldsEntry = { ...updater('applier', 0), operation: 'Apply' };
  const entries = [
    applier,
    updater('old', 0, 'v1beta1'),
    ...names(10).map((name, i) => updater(name, i + 1)),
  ];
  assert.deepEqual(namesOf(capped(entries)), ['applier', 'old', 'ancient-changes', ...names(10).slice(2)]);
});

test('the cap counts ancient-changes too, wherever its age puts it', () => {
  const all = ['oldest', 'ancient-changes', ...names(10)];
  const entries = capped(all.map((name, i) => updater(name, i)));
  assert.equal(entries.length, 10);
  const fields = entries.flatMap((entry) => Object.keys(entry.fieldsV1 ?? {}));
  assert.deepEqual(fields.sort(), all.map((name) => `f:${name}`).sort());
});

test('entries are listed appliers first, then by time and name, and empty ones are dropped', () => {
  const applier: ManagedFieldsEntry = { ...updater('z', 9), operation: 'Apply' };
  const empty = { ...updater('nothing', 0), fieldsV1: {} };
  const entries = [updater('b', 2), updater('c', 1), updater('a', 2), applier, empty];
  assert.deepEqual(namesOf(listOf(managersOf(entries)) ?? []), ['z', 'c', 'a', 'b']);
  assert.equal(listOf(managersOf([empty])), undefined);
});

test('an empty list and a list with one empty entry ask for a reset, nothing else does', () => {
  for (const reset of [[], [{}]]) assert.ok(isReset(reset));
  for (const other of [undefined, null, {}, [null], [{}, {}], [updater('a', 0)]]) assert.ok(!isReset(other));
});
