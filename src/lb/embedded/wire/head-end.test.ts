import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findHeadEnd, judgeUnfinishedHead } from './head-end.ts';

const limits = { headBytes: 100, headers: 10 };
const judge = (text: string) => judgeUnfinishedHead(Buffer.from(text, 'latin1'), limits)?.status;

test('a head ends behind its empty line', () => {
  const bytes = Buffer.from('GET / HTTP/1.1\r\n\r\nnext\r\n\r\n');
  assert.equal(findHeadEnd(bytes, 0), 18);
  assert.equal(findHeadEnd(bytes, 17), bytes.length);
  assert.equal(findHeadEnd(bytes.subarray(0, 17), 0), -1);
});

test('a head that may still become one is waited for', () => {
  const text = '\r\nGET /a HTTP/1.1\r\nHost: a\r\nX: b\r';
  for (let length = 0; length <= text.length; length += 1) {
    assert.equal(judge(text.slice(0, length)), undefined, JSON.stringify(text.slice(0, length)));
  }
});

const hopeless: readonly (readonly [text: string, status: number])[] = [
  ['\x16\x03\x01', 400],
  ['\n', 400],
  ['\rG', 400],
  ['\r\n\r', 400],
  [' GET', 400],
  ['GET / HTTP/1.1\n', 400],
  ['GET / HTTP/1.1\rH', 400],
  ['GET / HTTP/1.1\r\nHost: a\n', 400],
  ['GET / HTTP/1.1\r\nHost: a\0', 400],
  ['GET /\r\n', 400],
  ['GET / HTTP/2.0\r\n', 505],
  ['A'.repeat(33), 400],
  [`GET /${'a'.repeat(100)}`, 414],
  [`GET / HTTP/1.1\r\nX: ${'a'.repeat(100)}`, 431],
];
for (const [text, status] of hopeless) {
  test(`nobody waits for the end of ${JSON.stringify(text.slice(0, 40))}`, () => {
    assert.equal(judge(text), status);
  });
}
