import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createPatch } from 'rfc6902';
import { deepEqual } from '../../base/deep-equal.ts';
import { jsonClone } from '../../base/json-clone.ts';
import { StatusError } from '../status.ts';
import { applyJsonPatch } from './json-patch.ts';

const web = {
  spec: { replicas: 3, ports: [{ port: 80 }, { port: 443 }] },
  metadata: { labels: { 'a/b': 'x' } },
};

function refusal(operations: unknown, object: object = web): { code: number; cause: string | undefined } {
  try {
    applyJsonPatch(object, operations);
  } catch (error) {
    assert.ok(error instanceof StatusError);
    return { code: error.code, cause: error.status.details?.causes?.[0]?.message };
  }
  assert.fail('the patch was accepted');
}

test('every kind of operation is applied in order', () => {
  const patched = applyJsonPatch(web, [
    { op: 'test', path: '/spec/replicas', value: 3 },
    { op: 'replace', path: '/spec/replicas', value: 5 },
    { op: 'add', path: '/spec/ports/1', value: { port: 8080 } },
    { op: 'add', path: '/spec/ports/-', value: { port: 9090 } },
    { op: 'remove', path: '/spec/ports/0' },
    { op: 'copy', from: '/metadata/labels/a~1b', path: '/metadata/labels/c' },
    { op: 'move', from: '/metadata/labels/a~1b', path: '/metadata/labels/d' },
  ]);
  assert.deepEqual(patched, {
    spec: { replicas: 5, ports: [{ port: 8080 }, { port: 443 }, { port: 9090 }] },
    metadata: { labels: { c: 'x', d: 'x' } },
  });
});

test('what does not apply is refused with 422 and the reason as its cause', () => {
  const cases: [unknown, string][] = [
    [{ op: 'test', path: '/spec/replicas', value: 4 }, 'testing value /spec/replicas failed: test failed'],
    [
      { op: 'remove', path: '/spec/paused' },
      "error in remove for path: '/spec/paused': Unable to remove nonexistent key: paused: missing value",
    ],
    [
      { op: 'remove', path: '/status/phase' },
      'remove operation does not apply: doc is missing path: "/status/phase": missing value',
    ],
    [
      { op: 'add', path: '/status/phase', value: 1 },
      'add operation does not apply: doc is missing path: "/status/phase": missing value',
    ],
    [
      { op: 'replace', path: '/spec/paused', value: true },
      'replace operation does not apply: doc is missing key: /spec/paused: missing value',
    ],
    [
      { op: 'add', path: '/spec/ports/7', value: {} },
      "error in add for path: '/spec/ports/7': Unable to access invalid index: 7: invalid index referenced",
    ],
    [{ op: 'frob', path: '/spec' }, 'Unexpected kind: frob'],
    [{ op: 'add', value: 1 }, 'add operation failed to decode path: missing value'],
    [{ op: 'move', path: '/spec' }, 'move operation failed to decode from: missing value'],
    [{ op: 'add', path: '/spec/x' }, 'add operation is missing its value'],
  ];
  for (const [operation, cause] of cases) assert.deepEqual(refusal([operation]), { code: 422, cause });
});

test('a document that is no list of operations is refused with 400', () => {
  for (const operations of [{}, null, 'x', [3], [[]]]) assert.equal(refusal(operations).code, 400);
});

test('more than ten thousand operations are refused with 413', () => {
  const operation = { op: 'test', path: '/spec/replicas', value: 3 };
  assert.equal(refusal(Array(10_001).fill(operation)).code, 413);
  assert.deepEqual(applyJsonPatch(web, Array(10_000).fill(operation)), web);
});

test('copies that double a document are stopped', () => {
  const nested = Array.from({ length: 40 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }));
  assert.match(refusal(nested, { a: ['x'.repeat(100)] }).cause ?? '', /accumulated size increase/);
});

test('inherited properties are not part of the document', () => {
  assert.equal(refusal([{ op: 'remove', path: '/spec/toString' }]).code, 422);
  assert.equal(refusal([{ op: 'test', path: '/spec/toString/name', value: 'toString' }]).code, 422);
  assert.equal(refusal([{ op: 'add', path: '/spec/constructor/prototype/x', value: 1 }]).code, 422);
  assert.equal(Object.hasOwn(Object.prototype, 'x'), false);
});

test('the input is never changed, whether the patch applies or not', () => {
  const before = jsonClone(web);
  applyJsonPatch(web, [{ op: 'remove', path: '/spec/ports/0' }]);
  refusal([
    { op: 'remove', path: '/spec/replicas' },
    { op: 'remove', path: '/spec/replicas' },
  ]);
  assert.deepEqual(web, before);
});

test('the difference of two documents leads from one to the other', () => {
  const value = fc.jsonValue({ maxDepth: 2 });
  const document = fc.dictionary(fc.constantFrom('a', 'b/c', 'd~'), value, { noNullPrototype: true });
  fc.assert(
    fc.property(document, document, (from, to) => {
      const operations = createPatch(from, to);
      // What the library's clone drops is refused by the path check or is not JSON to begin with.
      fc.pre(!/__proto__|constructor|prototype/.test(JSON.stringify([from, to])));
      assert.ok(deepEqual(applyJsonPatch(from, operations), jsonClone(to)));
    }),
  );
});
