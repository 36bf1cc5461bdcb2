import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { frontendName, proxyName, serverName, serverNumber, twinName } from './names.ts';

test('any name becomes one that HAProxy takes, and two never become one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
      assert.match(proxyName(one), /^[A-Za-z0-9_.:-]*$/);
      assert.equal(proxyName(one) === proxyName(other), one === other);
    }),
  );
});

test('a name of Kubernetes stays readable', () => {
  assert.equal(proxyName('default/web:http'), 'default__web:http');
  assert.equal(frontendName('web'), 'in:web');
});

test('a server that comes back with the same name and another id has another name', () => {
  const before = serverName({ id: 'uid-1', name: 'web-0' });
  assert.match(before, /^web-0\.[0-9a-f]{10}$/);
  assert.notEqual(serverName({ id: 'uid-2', name: 'web-0' }), before);
  assert.equal(serverName({ id: 'a', name: 'a' }), 'a');
  assert.notEqual(twinName({ id: 'a', name: 'a' }), 'a');
});

test('numbers of servers go by their ids, and no two are the same', () => {
  const taken = new Set<number>();
  for (let index = 0; index < 2_000; index++) {
    const number = serverNumber(`uid-${index}`, taken);
    assert.ok(number >= 1 && number < 2 ** 31 && !taken.has(number));
    taken.add(number);
  }
  assert.equal(serverNumber('uid-7', new Set()), serverNumber('uid-7', new Set([1])));
  const first = serverNumber('uid-7', new Set());
  assert.notEqual(serverNumber('uid-7', new Set([first])), first);
});
