import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpAnswer } from '../../http/http-exchange.ts';
import { makeSample, redirectSamples, type SampleOf } from './make-sample.ts';

const of: SampleOf = {
  ...{ label: 'L', dueAt: 90, success: true, failure: undefined, user: 'G 1-1', group: 'G' },
  ...{ groupUsers: 3, allUsers: 4 },
};

function answer(startedAt: number, more: Partial<HttpAnswer> = {}): HttpAnswer {
  return {
    ...{ url: 'http://h/', status: 200, message: 'OK', head: '', contentType: 'text/html', startedAt },
    ...{ connectMs: 2, latencyMs: 5, elapsedMs: 10, headBytes: 30, bodyBytes: 70, sentBytes: 40 },
    ...{ isRepeated: false, loadId: 'id', requests: 1, isCached: false, redirectedFrom: [] },
    ...{ requestHead: () => '', ...more },
  };
}

test('a request with its redirects is one sample: from the first to the end of the last, all bytes together', () => {
  const first = answer(100, { status: 302, loadId: 'id' });
  const second = answer(111, { status: 302, loadId: 'id.1' });
  const last = answer(122, { redirectedFrom: [first, second], loadId: 'id.2', connectMs: 0 });
  const sample = makeSample(last, of);
  assert.deepEqual([sample.startedAt, sample.elapsedMs, sample.dueAt], [100, 32, 90]);
  assert.deepEqual([sample.latencyMs, sample.connectMs], [5, 2]);
  assert.deepEqual([sample.bytes, sample.sentBytes, sample.code], [300, 120, '200']);
  assert.deepEqual(
    redirectSamples(last, of).map(({ label, code, bytes, elapsedMs }) => [label, code, bytes, elapsedMs]),
    [
      ['L-0', '302', 100, 10],
      ['L-1', '302', 100, 10],
      ['L-2', '200', 100, 10],
    ],
  );
});

test('kinds of content are text or binary, and none without an answer', () => {
  const kinds = ['text/html', 'application/json', 'image/svg+xml', 'image/png', 'video/mp4', ''];
  const types = kinds.map((contentType) => makeSample(answer(1, { contentType }), of).dataType);
  assert.deepEqual(types, ['text', 'text', 'text', 'bin', 'bin', '']);
});

test('passwords in an address are not kept', () => {
  assert.equal(makeSample(answer(1, { url: 'http://h/?password=x' }), of).url, 'http://h/?password=***');
});
