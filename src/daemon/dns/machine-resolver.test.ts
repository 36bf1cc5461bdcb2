import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machineResolver, parseResolver } from './machine-resolver.ts';

test('a resolv.conf is read as resolvers read it', () => {
  const text = `# by hand
domain old.example.org
nameserver 192.0.2.53   ; the first
nameserver\t2001:db8::53
search corp.example.org example.org
options ndots:2 rotate
options edns0
sortlist 10.0.0.0
`;
  assert.deepEqual(parseResolver(text), {
    nameservers: ['192.0.2.53', '2001:db8::53'],
    searches: ['corp.example.org', 'example.org'],
    options: ['ndots:2', 'rotate', 'edns0'],
  });
});

test('a machine without the file has no settings', () => {
  assert.deepEqual(machineResolver('/nowhere/resolv.conf'), { nameservers: [], searches: [], options: [] });
});
