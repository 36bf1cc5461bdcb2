import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readProxyHeader } from './proxy-protocol.ts';

const read = (text: string) => readProxyHeader(Buffer.from(text, 'latin1'));
const signature = '\r\n\r\n\0\r\nQUIT\n';

function version2(command: number, transport: number, rest: Buffer, length = rest.length): Buffer {
  const fixed = Buffer.from([command, transport, length >> 8, length & 255]);
  return Buffer.concat([Buffer.from(signature, 'latin1'), fixed, rest]);
}

const ipv4 = Buffer.from([192, 0, 2, 1, 10, 0, 0, 1, 0x1f, 0x90, 0, 80]);

test('version 1 names both ends', () => {
  const line = 'PROXY TCP4 192.0.2.1 10.0.0.1 56324 443\r\n';
  assert.deepEqual(read(`${line}GET / HTTP/1.1\r\n`), {
    length: line.length,
    source: { address: '192.0.2.1', port: 56324 },
    destination: { address: '10.0.0.1', port: 443 },
  });
  const six = read('PROXY TCP6 2001:db8::1 ::1 1 2\r\n');
  assert.ok(typeof six === 'object' && 'source' in six);
  assert.equal(six.source?.address, '2001:db8::1');
});

test('version 1 may not know', () => {
  assert.deepEqual(read('PROXY UNKNOWN\r\n'), { length: 15 });
  assert.deepEqual(read('PROXY UNKNOWN ::1 ::1 1 2\r\nx'), { length: 27 });
});

test('version 2 names both ends; what follows the addresses is skipped', () => {
  const bytes = version2(0x21, 0x11, Buffer.concat([ipv4, Buffer.from([4, 0, 1, 0])]));
  assert.deepEqual(readProxyHeader(Buffer.concat([bytes, Buffer.from('next')])), {
    length: bytes.length,
    source: { address: '192.0.2.1', port: 8080 },
    destination: { address: '10.0.0.1', port: 80 },
  });
});

const addresses: readonly (readonly [hex: string, text: string])[] = [
  ['20010db8000000000000000000000001', '2001:db8::1'],
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['20010db8000000010000000000000000', '2001:db8:0:1::'],
  ['20010db8000100010001000100010001', '2001:db8:1:1:1:1:1:1'],
  ['20010000000000010000000000000001', '2001:0:0:1::1'],
  ['00010000000100010001000100010001', '1:0:1:1:1:1:1:1'],
];
for (const [hex, text] of addresses) {
  test(`version 2 writes ${text} in its shortest form`, () => {
    const both = Buffer.from(hex + hex, 'hex');
    const header = readProxyHeader(version2(0x21, 0x21, Buffer.concat([both, Buffer.from([0, 1, 0, 2])])));
    assert.ok(typeof header === 'object' && 'source' in header);
    assert.deepEqual(header.source, { address: text, port: 1 });
  });
}

test('LOCAL, and what is not TCP, is the proxy itself', () => {
  assert.deepEqual(readProxyHeader(version2(0x20, 0x11, ipv4)), { length: 28 });
  assert.deepEqual(readProxyHeader(version2(0x20, 0, Buffer.alloc(0))), { length: 16 });
  assert.deepEqual(readProxyHeader(version2(0x21, 0x12, ipv4)), { length: 28 });
});

const malformed: Readonly<Record<string, Buffer | string>> = {
  'a request': 'GET / HTTP/1.1\r\n',
  'lower case': 'proxy TCP4 1.1.1.1 1.1.1.1 1 1\r\n',
  'an unknown family': 'PROXY UDP4 1.1.1.1 1.1.1.1 1 1\r\n',
  'an address of the other family': 'PROXY TCP4 ::1 ::1 1 1\r\n',
  'a port too large': 'PROXY TCP4 1.1.1.1 1.1.1.1 65536 1\r\n',
  'a port with a leading zero': 'PROXY TCP4 1.1.1.1 1.1.1.1 01 1\r\n',
  'a word too many': 'PROXY TCP4 1.1.1.1 1.1.1.1 1 1 1\r\n',
  'two spaces': 'PROXY TCP4  1.1.1.1 1.1.1.1 1 1\r\n',
  'a bare LF': `PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n${' '.repeat(107)}`,
  'an endless line': `PROXY UNKNOWN ${'a'.repeat(107)}`,
  'version 3': version2(0x31, 0x11, ipv4),
  'an unknown command': version2(0x22, 0x11, ipv4),
  'addresses cut short': version2(0x21, 0x11, ipv4.subarray(0, 8)),
  'a length beyond reason': version2(0x21, 0x11, ipv4, 65_535),
  'another signature': `${signature.slice(0, -1)}X`,
};
for (const [name, bytes] of Object.entries(malformed)) {
  test(`${name} is malformed`, () => {
    const header = readProxyHeader(Buffer.from(bytes as string, 'latin1'));
    assert.ok(typeof header === 'object' && 'status' in header, JSON.stringify(header));
  });
}

test('it is incomplete until its last byte has come', () => {
  for (const bytes of [Buffer.from('PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\n'), version2(0x21, 0x11, ipv4)]) {
    for (let length = 0; length < bytes.length; length += 1) {
      assert.equal(readProxyHeader(bytes.subarray(0, length)), 'incomplete');
    }
    assert.equal(typeof readProxyHeader(bytes), 'object');
  }
});

test('nothing that comes makes it throw', () => {
  const begins = fc.constantFrom(signature, `${signature}\x21\x11`, 'PROXY ', 'PROXY TCP4 1.1.1.1 ', '');
  const rests = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
  fc.assert(fc.property(begins, rests, (begin, rest) => read(begin + rest) !== undefined));
});
