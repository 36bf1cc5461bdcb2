import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostAndPort, urlHost } from './host-and-port.ts';

test('an IPv6 address has brackets in a URL', () => {
  assert.deepEqual(['10.0.0.1', 'fd00::2', 'node-1'].map(urlHost), ['10.0.0.1', '[fd00::2]', 'node-1']);
});

test('an IPv6 address has brackets before its port', () => {
  assert.equal(hostAndPort('10.0.0.1', 80), '10.0.0.1:80');
  assert.equal(hostAndPort('fd00::2', 8080), '[fd00::2]:8080');
});
