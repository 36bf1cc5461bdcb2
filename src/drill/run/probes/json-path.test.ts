import assert from 'node:assert/strict';
import { test } from 'node:test';
import { valuesAt } from './json-path.ts';

const object = {
  metadata: { labels: { app: 'web', 'relevo.dev/name': 'x' } },
  status: {
    readyReplicas: 3,
    backends: [
      { name: 'a/b:http', active: 0 },
      { name: 'c', active: 2 },
    ],
  },
};

test('a path leads to the value that it names', () => {
  assert.deepEqual(valuesAt(object, '{.status.readyReplicas}'), [3]);
  assert.deepEqual(valuesAt(object, '.status.backends[1].active'), [2]);
  assert.deepEqual(valuesAt(object, '{$.status.backends[-1].name}'), ['c']);
});

test('names with dots are quoted or escaped', () => {
  assert.deepEqual(valuesAt(object, "{.metadata.labels['relevo.dev/name']}"), ['x']);
  assert.deepEqual(valuesAt(object, String.raw`{.metadata.labels.relevo\.dev/name}`), ['x']);
});

test('a star leads to all of them, a filter to those that have a value', () => {
  assert.deepEqual(valuesAt(object, '{.status.backends[*].name}'), ['a/b:http', 'c']);
  assert.deepEqual(valuesAt(object, '{.status.backends[?(@.name=="a/b:http")].active}'), [0]);
  assert.deepEqual(valuesAt(object, '{.status.backends[?(@.active==2)].name}'), ['c']);
});

test('nothing is found where nothing is, and inherited names are not values', () => {
  assert.deepEqual(valuesAt(object, '{.status.nothing.below}'), []);
  assert.deepEqual(valuesAt(object, '{.status.constructor}'), []);
  assert.deepEqual(valuesAt(object, '{.status.readyReplicas.more}'), []);
});

test('what is no path is told', () => {
  assert.throws(() => valuesAt(object, '{range .items[*]}'), /is no path such as/);
  assert.throws(() => valuesAt(object, 'status'), /is no path such as/);
});
