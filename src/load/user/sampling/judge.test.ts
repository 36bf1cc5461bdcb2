import assert from 'node:assert/strict';
import { test } from 'node:test';
import { group, http, type ScriptedAnswer, UserWorld } from '../../../../tests/support/load/user-world.ts';
import type { Assertion } from '../../plan/http-step.ts';

const substring = (pattern: string, ignoreStatus = false): Assertion => ({
  ...{ type: 'response', name: pattern, field: 'body', test: 'substring', not: false, or: false },
  ...{ patterns: [pattern], ignoreStatus, message: '', scope: 'main' },
});

async function sampleOf(answer: ScriptedAnswer, assertions: readonly Assertion[] = []) {
  const world = new UserWorld(group([http('A', { assertions })]), { script: () => answer });
  const [sample] = (await world.run()).samples;
  assert.ok(sample);
  return sample;
}

test('200 to 399 is good unless the plan says otherwise', async () => {
  for (const [status, isGood] of [
    [199, false],
    [200, true],
    [399, true],
    [400, false],
    [500, false],
  ] as const) {
    assert.equal((await sampleOf({ status })).success, isGood, String(status));
  }
});

test('a status that is expected is good, and no other', async () => {
  const expected: Assertion = { type: 'status', name: 's', expected: ['404', '500-502'] };
  assert.equal((await sampleOf({ status: 404 }, [expected])).success, true);
  assert.equal((await sampleOf({ status: 200 }, [expected])).success, false);
});

test('the first assertion that fails is told', async () => {
  const sample = await sampleOf({ body: 'some text' }, [
    substring('text'),
    substring('one'),
    substring('two'),
  ]);
  assert.equal(sample.success, false);
  assert.match(sample.failure ?? '', /one/);
});

test('an assertion that ignores the status makes good what it finds nothing wrong with', async () => {
  assert.equal((await sampleOf({ status: 500, body: 'sorry' }, [substring('sorry', true)])).success, true);
  assert.equal((await sampleOf({ status: 500, body: 'sorry' }, [substring('sorry')])).success, false);
});

test('an answer that was cut off by the end of the run is never good', async () => {
  const failure = { name: 'java.net.SocketException', message: 'closed', isCut: true } as const;
  const sample = await sampleOf({ status: 0, failure, body: 'sorry' }, [substring('sorry', true)]);
  assert.deepEqual([sample.success, sample.isCut], [false, true]);
});

test('a failure without an answer has the code and message of JMeter', async () => {
  const failure = { name: 'java.net.SocketTimeoutException', message: 'Read timed out' } as const;
  const sample = await sampleOf({ status: 0, failure });
  assert.equal(sample.code, 'Non HTTP response code: java.net.SocketTimeoutException');
  assert.equal(sample.message, 'Non HTTP response message: Read timed out');
});

test('a file that cannot be read fails the sample and not the run', async () => {
  const step = http('A');
  const files = [{ path: '/nowhere/to/be/found', field: '', mimeType: '' }];
  const world = new UserWorld(group([{ ...step, request: { ...step.request, method: 'POST', files } }]));
  const [sample] = (await world.run()).samples;
  assert.equal(sample?.code, 'Non HTTP response code: java.io.IOException');
  assert.match(sample?.message ?? '', /ENOENT/);
});
