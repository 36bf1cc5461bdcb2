import assert from 'node:assert/strict';
import test from 'node:test';
import { AnswerCache } from './answer-cache.ts';

const start = Date.parse('Tue, 01 Jan 2030 00:00:00 GMT');
const url = 'http://h/x';

function cacheWith(useExpires: boolean, maxEntries = 100) {
  const time = { now: start };
  const cache = new AnswerCache(
    { id: 'c', clearEachIteration: false, useExpires, maxEntries },
    () => time.now,
  );
  return { cache, time };
}

/** How long an answer with these headers is fresh, in seconds; -1: it is asked for with what is known; -2: as if never seen. */
function freshFor(headers: readonly string[], { useExpires = true, status = 200 } = {}): number {
  const { cache, time } = cacheWith(useExpires);
  cache.take(url, [], status, ['HTTP/1.1 200 OK', ...headers].join('\r\n'));
  if (cache.look(url, []) === '') return -2;
  let seconds = 0;
  for (; cache.look(url, []) === 'fresh' && seconds < 1e9; seconds = seconds * 2 + 1)
    time.now = start + (seconds + 1) * 1_000;
  // Between two powers of two; found exactly.
  let low = 0;
  let high = seconds;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    time.now = start + middle * 1_000;
    if (cache.look(url, []) === 'fresh') low = middle + 1;
    else high = middle;
  }
  return low === 0 ? -1 : low;
}

test('how long an answer is fresh is told by max-age, then Expires, then its age, as with JMeter', () => {
  const date = 'Date: Tue, 01 Jan 2030 00:00:00 GMT';
  const tag = 'ETag: "1"';
  for (const [headers, expected] of [
    [['Cache-Control: max-age=60'], 60],
    [['Cache-Control: public, max-age=60, must-revalidate', 'Expires: Tue, 01 Jan 2030 00:00:05 GMT'], 60],
    [['Expires: Tue, 01 Jan 2030 00:00:05 GMT'], 5],
    [[tag, 'Expires: 0'], -1],
    [[tag, 'Expires: Tue, 01 Jan 2020 00:00:05 GMT'], -1],
    [[tag, 'Cache-Control: no-cache, max-age=60'], -1],
    [[tag, 'Cache-Control: no-store'], -2],
    [[date, 'Last-Modified: Mon, 31 Dec 2029 23:50:00 GMT'], 60],
    [[tag], 365 * 86_400],
    [[date], -2],
    [[tag, 'Vary: *'], -2],
  ] as const)
    assert.equal(freshFor(headers), expected, headers.join(' '));
  assert.equal(freshFor(['Cache-Control: max-age=60'], { status: 404 }), -2);
  assert.equal(freshFor([tag, 'Cache-Control: max-age=60'], { useExpires: false }), -1);
});

test('what is known is asked with, also when a 304 says only a part of it again', () => {
  const { cache, time } = cacheWith(true);
  cache.take(url, [], 200, 'HTTP/1.1 200 OK\r\nETag: "1"\r\nLast-Modified: then\r\nCache-Control: max-age=1');
  time.now += 1_000;
  const condition = '\r\nIf-Modified-Since: then\r\nIf-None-Match: "1"';
  assert.equal(cache.look(url, []), condition);
  cache.take(url, [], 304, 'HTTP/1.1 304 Same\r\nCache-Control: max-age=1');
  assert.equal(cache.look(url, []), 'fresh');
  time.now += 1_000;
  assert.equal(cache.look(url, []), condition);
  assert.equal(cache.look('http://h/y', []), '');
  cache.clear();
  assert.equal(cache.look(url, []), '');
});

test('an answer that varies is for requests with the same headers', () => {
  const { cache } = cacheWith(true);
  const spanish = [['accept-language', 'es']] as const;
  cache.take(
    url,
    spanish,
    200,
    'HTTP/1.1 200 OK\r\nVary: Accept-Encoding, Accept-Language\r\nCache-Control: max-age=9',
  );
  assert.equal(cache.look(url, spanish), 'fresh');
  assert.equal(cache.look(url, [...spanish, ['X', 'y']]), 'fresh');
  assert.equal(cache.look(url, [['Accept-Language', 'en']]), '');
  assert.equal(cache.look(url, []), '');
});

test('of too many entries the one that was used last stays longest', () => {
  const { cache } = cacheWith(true, 2);
  const head = 'HTTP/1.1 200 OK\r\nCache-Control: max-age=9';
  for (const name of ['a', 'b']) cache.take(name, [], 200, head);
  cache.look('a', []);
  cache.take('c', [], 200, head);
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => cache.look(name, [])),
    ['fresh', '', 'fresh'],
  );
});
