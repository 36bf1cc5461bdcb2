import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { eventually } from '../../../tests/support/eventually.ts';
import { HeldStore } from '../../../tests/support/held-store.ts';
import type { AnyObject } from '../../api/object.ts';
import { Claims } from './claims.ts';

let store: HeldStore;
let claims: Claims;

beforeEach(() => {
  store = new HeldStore();
  claims = new Claims(store, 'things/', valuesOf);
});

function valuesOf(object: AnyObject): Set<string> {
  return new Set(object.values as string[]);
}

function thing(name: string, values: string[]): AnyObject {
  const metadata = { name, uid: '', resourceVersion: '', creationTimestamp: '' };
  return { apiVersion: 'v1', kind: 'Thing', metadata, values };
}

const key = (name: string) => `things/${name}`;

/** Admits and writes as the writer does: the reservation and the decision in one turn. */
async function write(name: string, ...values: string[]): Promise<void> {
  const object = thing(name, values);
  claims.reserve(key(name), object);
  await store.write(key(name), () => ({ op: 'put', value: object }));
}

async function remove(name: string): Promise<void> {
  await store.write(key(name), () => ({ op: 'delete' }));
}

const isFree = (value: string) => !claims.isTaken(value, key('somebody'));

test('what is stored already is known', async () => {
  await write('a', '1');
  const later = new Claims(store, 'things/', valuesOf);
  assert.equal(later.isTaken('1', key('b')), true);
  assert.equal(later.isTaken('1', key('a')), false);
  assert.equal(later.isTaken('2', key('b')), false);
});

test('a value is taken from its admission on, long before it is durable', async () => {
  store.hold();
  const written = write('a', '1');
  assert.equal(isFree('1'), false);
  assert.equal(claims.isTaken('1', key('a')), false);
  store.release();
  await written;
  assert.equal(isFree('1'), false);
});

test('a write that fails gives back what it had reserved', async () => {
  store.hold();
  const written = write('a', '1');
  await eventually(() => store.waiting > 0);
  store.fail();
  await assert.rejects(written, /disk is full/);
  await eventually(() => isFree('1'));
});

test('a write that never comes gives back what it had reserved', async () => {
  claims.reserve(key('a'), thing('a', ['1']));
  assert.equal(isFree('1'), false);
  await eventually(() => isFree('1'));
});

test('what an update gives up is free only when that is durable', async () => {
  await write('a', '1', '2');
  store.hold();
  const written = write('a', '2');
  await eventually(() => store.waiting > 0);
  assert.equal(isFree('1'), false);
  store.release();
  await written;
  assert.equal(isFree('1'), true);
  assert.equal(isFree('2'), false);
});

test('what is given up and taken back before either is durable is never free in between', async () => {
  await write('a', '1');
  store.hold();
  const first = write('a');
  await eventually(() => store.waiting > 0);
  const second = write('a', '1');
  store.commit();
  await first;
  assert.equal(isFree('1'), false, 'the first is durable, the second is not');
  store.release();
  await second;
  assert.equal(isFree('1'), false);
});

test('a deletion frees, and a successor of the same name may take over at once', async () => {
  await write('a', '1');
  await Promise.all([remove('a'), write('a', '1')]);
  assert.equal(isFree('1'), false);
  await remove('a');
  assert.equal(isFree('1'), true);
});

test('whatever happens, no two objects get the same value, and at rest exactly what is stored is taken', async () => {
  const values = ['1', '2', '3', '4'];
  const step = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    values: fc.uniqueArray(fc.constantFrom(...values)),
    what: fc.constantFrom('write', 'write', 'remove', 'commit', 'fail'),
  });
  const property = fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
    store = new HeldStore();
    claims = new Claims(store, 'things/', valuesOf);
    store.hold();
    const under: Promise<unknown>[] = [];
    for (const { name, values: held, what } of steps) {
      const free = held.filter((value) => !claims.isTaken(value, key(name)));
      if (what === 'write') under.push(write(name, ...free).catch(() => undefined));
      else if (what === 'remove') under.push(remove(name).catch(() => undefined));
      else store[what]();
      if (held.length === 0) await new Promise(setImmediate);
    }
    await new Promise(setImmediate);
    store.release();
    await Promise.all(under);
    await new Promise(setImmediate);
    const stored = store.list('things/').items.flatMap(({ value }) => value.values as string[]);
    assert.equal(new Set(stored).size, stored.length, `given twice: ${stored}`);
    for (const value of values) assert.equal(isFree(value), !stored.includes(value), value);
  });
  await fc.assert(property, { numRuns: 300 });
});
