import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCheck } from './formats.ts';

const cases: Record<string, [right: string[], wrong: string[]]> = {
  byte: [
    ['', 'YQ==', 'YWI=', 'YWJj', 'YW\nJj'],
    ['Y', 'YQ=', 'YQ', 'a-_b', 'YQ==YQ=='],
  ],
  date: [['2024-02-29'], ['2023-02-29', '2024-13-01', '24-01-01']],
  'date-time': [
    ['2024-02-29T23:59:60Z', '2024-01-01t00:00:00.123+05:30'],
    ['2024-01-01', '2024-01-01T24:00:00Z', '2024-01-01T00:00:00'],
  ],
  duration: [
    ['1s', '1h30m', '250ms', '1.5h'],
    ['', 's', '5'],
  ],
  email: [['a@b.c'], ['a', '@', 'a b@c']],
  hostname: [
    ['a', 'web-1.example.com'],
    ['', '-a', 'a_b', 'a'.repeat(64)],
  ],
  ipv4: [
    ['0.0.0.0', '255.255.255.255'],
    ['256.0.0.1', '1.2.3', '1.2.3.4.5'],
  ],
  ipv6: [
    ['::', '::1', 'fe80::1:2'],
    ['1.2.3.4', ':::', 'fe80::1%eth0', '[::1]'],
  ],
  cidr: [
    ['10.0.0.0/8', '::/0'],
    ['10.0.0.0', '10.0.0.0/33', '::/129', '/8'],
  ],
  mac: [['00:1a:2b:3c:4d:5e'], ['00:1a:2b:3c:4d', 'zz:1a:2b:3c:4d:5e']],
  uri: [['https://example.com/x?y'], ['no uri']],
  uuid: [['123e4567-e89b-12d3-a456-426614174000'], ['123e4567']],
  uuid4: [['123e4567-e89b-42d3-a456-426614174000'], ['123e4567-e89b-12d3-a456-426614174000']],
};

for (const [format, [right, wrong]] of Object.entries(cases)) {
  test(`${format} accepts what it should and nothing else`, () => {
    const check = formatCheck(format);
    assert.ok(check);
    for (const text of right) assert.ok(check(text), text);
    for (const text of wrong) assert.ok(!check(text), text);
  });
}

test('a format that nobody knows has no check', () => {
  assert.equal(formatCheck('toString'), undefined);
});
