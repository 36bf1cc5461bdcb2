import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseImageName, repositoryOf, shortName } from './image-name.ts';
import { nearMisses } from './near-miss.ts';

test('names are completed as Docker does', () => {
  for (const [text, short] of [
    ['flask', 'flask:latest'],
    ['docker.io/library/flask:1', 'flask:1'],
    ['index.docker.io/host', 'index.docker.io/host:latest'],
    ['ana/web:v1.2-x', 'ana/web:v1.2-x'],
    ['localhost/web', 'localhost/web:latest'],
    ['localhost:5000/a/b', 'localhost:5000/a/b:latest'],
    ['ghcr.io/ana/web:2', 'ghcr.io/ana/web:2'],
    ['a__b/c-d', 'a__b/c-d:latest'],
  ] as const) {
    const name = parseImageName(text);
    assert.equal(name && shortName(name), short, text);
  }
  const digest = `sha256:${'a'.repeat(64)}`;
  assert.equal(parseImageName(`web@${digest}`)?.digest, digest);
});

test('what is no name is none', () => {
  for (const text of ['', 'Flask', 'a b', 'a:', ':x', 'a//b', '/a', 'a/', 'web:a:b', '-a', 'a@sha256:12'])
    assert.equal(parseImageName(text), undefined, text);
});

test('a library of another registry is not Docker’s', () => {
  const name = parseImageName('quay.io/library/web');
  assert.equal(name && repositoryOf(name), 'quay.io/library/web');
});

test('the names that may have been meant are the nearest ones', () => {
  const names = ['flask:latest', 'ghcr.io/ana/web:1', 'node-app:latest', 'host', 'relevo/web'];
  assert.deepEqual(nearMisses('flask:2', names), ['flask:latest']);
  assert.deepEqual(nearMisses('falsk:latest', names), ['flask:latest']);
  assert.deepEqual(nearMisses('web:latest', names), ['ghcr.io/ana/web:1', 'relevo/web']);
  assert.deepEqual(nearMisses('postgres:16', names), []);
});
