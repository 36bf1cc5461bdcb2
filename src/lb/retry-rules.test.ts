import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FailedTry, isIdempotent, mayRetry } from './retry-rules.ts';

const rule = { attempts: 2, redispatch: true };
const failed: FailedTry = {
  ...{ method: 'GET', seen: 'reset', answerBegun: false, replayable: true, retries: 0 },
};

function may(more: Partial<FailedTry>): boolean {
  return mayRetry({ ...failed, ...more }, rule);
}

test('methods that may be done twice are those of RFC 9110, in capitals', () => {
  const methods = [
    'GET',
    'HEAD',
    'OPTIONS',
    'TRACE',
    'PUT',
    'DELETE',
    'POST',
    'PATCH',
    'CONNECT',
    'get',
    'LOCK',
  ];
  assert.deepEqual(methods.filter(isIdempotent), ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
});

test('a request that no server has got is sent again whatever its method', () => {
  for (const seen of ['refused', 'silent'] as const) assert.equal(may({ method: 'POST', seen }), true);
});

test('a request that a server may have got is sent again only if it may be done twice', () => {
  for (const seen of ['reset', 'truncated', 'timeout', 'idle'] as const) {
    assert.equal(may({ seen }), true, seen);
    assert.equal(may({ method: 'POST', seen }), false, seen);
  }
});

test('nothing is sent again when the client has seen an answer, or the request is not here any more', () => {
  assert.equal(may({ answerBegun: true }), false);
  assert.equal(may({ replayable: false, seen: 'refused' }), false);
  assert.equal(may({ seen: 'answered' }), false);
  assert.equal(may({ seen: 'unused' }), false);
});

test('there are so many tries and no more', () => {
  assert.deepEqual([may({ retries: 1 }), may({ retries: 2 })], [true, false]);
  assert.equal(mayRetry({ ...failed, seen: 'refused' }, { attempts: 0, redispatch: true }), false);
});
