import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noRefs, sample, sampleArbitrary, sampleSchema } from '../../../tests/support/sample-kind.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import { jsonClone } from '../../base/json-clone.ts';
import type { AnyObject, ManagedFieldsEntry } from '../object.ts';
import { StatusError } from '../status.ts';
import { compare } from './compare.ts';
import { objectType } from './field-type.ts';
import {
  difference,
  emptySet,
  equals,
  type FieldSet,
  has,
  insert,
  isEmpty,
  leaves,
  paths,
  recursiveDifference,
  union,
} from './fields-v1.ts';
import { applyServerSide, updateManagedFields } from './managed-fields.ts';
import { extractFields, nodeOf, setOf } from './typed.ts';

const type = objectType(sampleSchema, noRefs);
const options = { apiVersion: 'test/v1', now: 0, schema: sampleSchema, resolveRef: noRefs };

function apply(
  live: AnyObject | undefined,
  config: AnyObject,
  manager: string,
  force = true,
  now = 0,
): AnyObject {
  return applyServerSide(live, config, { ...options, manager, force, now }).object;
}

function update(live: AnyObject | undefined, next: AnyObject, manager: string): AnyObject {
  const managedFields = updateManagedFields(live, next, { ...options, manager });
  return { ...next, metadata: { ...next.metadata, ...(managedFields ? { managedFields } : {}) } };
}

function entriesOf(object: AnyObject): ManagedFieldsEntry[] {
  return object.metadata.managedFields ?? [];
}

function fieldsOf(object: AnyObject, manager: string): FieldSet {
  return entriesOf(object).find((entry) => entry.manager === manager)?.fieldsV1 ?? emptySet;
}

function ownedByAny(object: AnyObject, except?: string): FieldSet {
  const entries = entriesOf(object).filter((entry) => entry.manager !== except);
  return entries.reduce((set, entry) => union(set, entry.fieldsV1 ?? emptySet), emptySet);
}

function setWith(list: Iterable<readonly string[]>): FieldSet {
  return [...list].reduce((set, path) => insert(set, path), emptySet);
}

/** Equal but for the order of list items, which depends on who came first. */
function assertSameContent(a: AnyObject, b: AnyObject): void {
  assert.equal(compare(a, b, type), undefined);
}

const manager = fc.constantFrom('a', 'b', 'c');
const step = fc.tuple(fc.constantFrom(apply, update), sampleArbitrary, manager);

/** An object that several managers wrote, by applying and updating. */
const written: fc.Arbitrary<AnyObject> = fc
  .tuple(sampleArbitrary, fc.array(step, { maxLength: 5 }))
  .map(([first, steps]) =>
    steps.reduce((live, [write, next, by]) => write(live, next, by), update(undefined, first, 'a')),
  );

test('applying twice changes nothing the second time, not even the time', () => {
  fc.assert(
    fc.property(written, sampleArbitrary, (live, config) => {
      const once = apply(live, config, 'me');
      const before = jsonClone([live, config]);
      assert.deepEqual(apply(once, config, 'me', false, 1e9), once);
      assert.deepEqual([live, config], before);
    }),
  );
});

test('everything in an object has an owner, and everything owned is there', () => {
  fc.assert(
    fc.property(written, (object) => {
      const owned = ownedByAny(object);
      assert.ok(isEmpty(difference(leaves(setOf(object, type)), owned)));
      assert.ok(isEmpty(difference(owned, nodeOf(object, type) ?? emptySet)));
    }),
  );
});

test('applying less removes exactly what only this manager owned', () => {
  fc.assert(
    fc.property(written, sampleArbitrary, fc.infiniteStream(fc.boolean()), (live, config, keep) => {
      const first = apply(live, config, 'me');
      const kept = [...paths(leaves(setOf(config, type)))].filter(() => keep.next().value);
      const less = { ...sample({}), ...extractFields(config, setWith(kept), type) };
      if (Object.keys(less.spec).length === 0) delete less.spec;
      const second = apply(first, less, 'me');

      const stillOwned = union(setOf(less, type), ownedByAny(first, 'me'));
      const dropped = difference(fieldsOf(first, 'me'), stillOwned);
      const expected = recursiveDifference(leaves(setOf(first, type)), dropped);
      assert.ok(equals(leaves(setOf(second, type)), leaves(expected)));
      const values = (object: AnyObject) => extractFields(object, expected, type);
      assert.equal(compare(values(first), values(second), type), undefined);
    }),
  );
});

test('managers of disjoint fields never conflict and reach the same object in either order', () => {
  fc.assert(
    fc.property(sampleArbitrary, fc.infiniteStream(fc.boolean()), (whole, coin) => {
      const mine: (readonly string[])[] = [];
      const theirs: (readonly string[])[] = [];
      for (const path of paths(leaves(setOf(whole, type)))) (coin.next().value ? mine : theirs).push(path);
      const [a, b] = [mine, theirs].map((list) => ({
        ...sample({}),
        ...extractFields(whole, setWith(list), type),
      }));
      assert.ok(a && b);
      const ab = apply(apply(undefined, a, 'a', false), b, 'b', false);
      const ba = apply(apply(undefined, b, 'b', false), a, 'a', false);
      assertSameContent(ab, ba);
      assertSameContent(ab, whole);
      for (const by of ['a', 'b']) assert.ok(equals(fieldsOf(ab, by), fieldsOf(ba, by)));
    }),
  );
});

test('without force an apply conflicts exactly when it would change a field of another manager', () => {
  fc.assert(
    fc.property(written, sampleArbitrary, (live, config) => {
      const forced = apply(live, config, 'me');
      const lost = [...paths(difference(ownedByAny(live), ownedByAny(forced, 'me')))];
      const surviving = lost.filter((path) => has(setOf(config, type), path));
      try {
        assert.deepEqual(apply(live, config, 'me', false), forced);
        assert.deepEqual(surviving, []);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        assert.equal(error.code, 409);
        assert.ok(lost.length > 0);
      }
    }),
  );
});

test('who is overruled by force loses exactly the fields whose value changed', () => {
  fc.assert(
    fc.property(sampleArbitrary, sampleArbitrary, (first, second) => {
      const live = apply(undefined, first, 'loser');
      const result = apply(live, second, 'winner');
      const winner = setOf(second, type);
      const differs = (path: readonly string[]) => {
        const only = insert(emptySet, path);
        return !deepEqual(extractFields(first, only, type), extractFields(second, only, type));
      };
      const own = setOf(first, type);
      const replaced = compare(first, second, type)?.modified ?? emptySet;
      // What was below a value that is now of another kind is gone altogether.
      const left = recursiveDifference(
        own,
        setWith([...paths(replaced)].filter((path) => has(winner, path))),
      );
      const contested = [...paths(leaves(own))].filter((path) => has(winner, path) && differs(path));
      assert.ok(equals(leaves(fieldsOf(result, 'loser')), leaves(difference(left, setWith(contested)))));
      assert.ok(equals(fieldsOf(result, 'winner'), winner));
    }),
  );
});
