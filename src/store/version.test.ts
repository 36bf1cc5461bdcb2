import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectOf } from '../../tests/conformance/store-model.ts';
import { Version } from './version.ts';

test('a value is parsed once while its version is the newest, and anew, equal, after that', () => {
  const version = new Version('a/1', 1, 1, JSON.stringify(objectOf('1', 'text')));
  const first = version.value;
  assert.equal(version.value, first);
  version.supersede();
  assert.notEqual(version.value, first);
  assert.deepEqual(version.value, first);
});
