import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from './url.ts';

const table: readonly [
  protocol: string,
  host: string,
  port: string,
  path: string,
  query: string,
  expected: string,
][] = [
  ['', 'h', '', '/a', '', 'http h 80 /a'],
  ['https', 'h', '', '/a', '', 'https h 443 /a'],
  ['HTTPS', ' h ', ' 8443 ', '/a', '', 'https h 8443 /a'],
  ['http', 'h', '81', 'a', '', 'http h 81 /a'],
  ['http', 'h:82', '', '/a', '', 'http h 82 /a'],
  ['http', '[::1]', '83', '/a', '', 'http ::1 83 /a'],
  ['http', 'h', '84', '', '', 'http h 84 /'],
  ['http', 'h', '84', '/a?b=1', 'c=2', 'http h 84 /a?b=1&c=2'],
  ['http', 'h', '84', '/a', 'c=2', 'http h 84 /a?c=2'],
  ['http', 'h', '84', 'https://other/x?y#z', 'c=2', 'https other 443 /x?y&c=2'],
  ['https', 'h', '84', 'http://other:85?y', '', 'http other 85 /?y'],
  ['http', 'h', '', '/a b/ñ?x=%20|', '', 'http h 80 /a%20b/%C3%B1?x=%20%7C'],
  ['http', 'h', 'x', '/a', '', 'http h NaN /a'],
];

for (const [protocol, host, port, path, query, expected] of table) {
  test(`${protocol}://${host}:${port} ${path} ${query}`, () => {
    const address = addressOf({ protocol, host, port, path }, query);
    const { secure, target } = address;
    assert.equal(`${secure ? 'https' : 'http'} ${address.host} ${address.port} ${target}`, expected);
  });
}
