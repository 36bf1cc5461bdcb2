import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameTemplate, templateHash, withHash } from './template.ts';

const template = {
  metadata: { labels: { app: 'web', tier: 'a' } },
  spec: { containers: [{ name: 'c', image: 'i' }] },
};
const reordered = {
  spec: { containers: [{ image: 'i', name: 'c' }] },
  metadata: { labels: { tier: 'a', app: 'web' } },
};

test('the order of keys and the hash label itself make no difference', () => {
  const hash = templateHash(template, undefined);
  assert.equal(templateHash(reordered, undefined), hash);
  assert.equal(templateHash(withHash(template, hash), undefined), hash);
  assert.equal(sameTemplate(withHash(reordered, hash), template), true);
  assert.match(hash, /^[a-z0-9]{1,10}$/);
});

test('a change of the template or of the collision count gives another hash', () => {
  const other = { ...template, spec: { containers: [{ name: 'c', image: 'j' }] } };
  const hashes = [
    templateHash(template, undefined),
    templateHash(template, 1),
    templateHash(template, 2),
    templateHash(other, undefined),
  ];
  assert.equal(new Set(hashes).size, 4);
  assert.equal(sameTemplate(other, template), false);
  assert.equal(sameTemplate(undefined, template), false);
});
