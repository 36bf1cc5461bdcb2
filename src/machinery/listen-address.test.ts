import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { listenAddress, outwardAddresses } from './listen-address.ts';

const own = Object.values(networkInterfaces())
  .flatMap((some) => some ?? [])
  .filter(({ address, family }) => family === 'IPv4' && !address.startsWith('127.'))
  .map(({ address }) => address);

test('an address of this machine and the wildcards are taken, the latter in every way of writing them', () => {
  for (const address of ['127.0.0.1', '0.0.0.0', '::', ...own]) {
    assert.deepEqual(listenAddress(address), { address });
  }
  assert.deepEqual(listenAddress('0:0:0:0:0:0:0:0'), { address: '::' });
});

test('what is no address, or not of this machine, is told with what there is', () => {
  for (const text of ['', 'localhost', '1.2.3', '1.2.3.256', '127.0.0.1:80', '[::1]', 'fe80::1%eth0', '*']) {
    const found = listenAddress(text);
    assert.match('problem' in found ? found.problem : '', /^it is an IPv4 or IPv6 address of this/, text);
  }
  // Of documents, of everybody's, the old one inside the new one.
  for (const text of ['198.51.100.7', '2001:db8::7', '255.255.255.255', '224.0.0.1', '::ffff:0.0.0.0']) {
    const found = listenAddress(text);
    const problem = 'problem' in found ? found.problem : '';
    assert.match(problem, /^this machine has no such address, only 127\.0\.0\.1/, text);
    for (const address of own) assert.ok(problem.includes(address), problem);
  }
});

test('a wildcard means the addresses that others can use, and the loopback none', () => {
  assert.deepEqual(outwardAddresses('127.0.0.1'), []);
  assert.deepEqual(new Set(outwardAddresses('0.0.0.0')), new Set(own));
  const both = outwardAddresses('::');
  for (const address of own) assert.ok(both.includes(address));
  for (const address of both) assert.doesNotMatch(address, /^(127\.|::1$|fe[89ab])/);
  assert.deepEqual(outwardAddresses('127.0.0.9'), ['127.0.0.9']);
});
