import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOutward } from './outward.ts';

const outward = { addresses: ['192.0.2.9', 'fd00::2'], ports: [8080] };

test('Ingresses and node ports are opened where that was asked for, and nothing else is', () => {
  for (const host of outward.addresses) {
    assert.ok(isOutward({ host, port: 8080 }, outward));
    assert.ok(isOutward({ host, port: 30_000 }, outward));
    assert.ok(!isOutward({ host, port: 6443 }, outward), 'the API is not');
  }
  assert.ok(!isOutward({ host: '192.0.2.8', port: 8080 }, outward));
  assert.ok(!isOutward({ host: '0.0.0.0', port: 8080 }, outward));
  assert.ok(!isOutward({ host: '192.0.2.9', port: 8080 }, { addresses: [], ports: [8080] }));
});
