import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closed, group, http, UserWorld } from '../../../../tests/support/load/user-world.ts';
import { SampleStore } from '../../../drill/accounting/sample-store.ts';
import { createHttpClient } from '../../http/create-http-client.ts';
import type { HttpStep } from '../../plan/http-step.ts';

const step = (more: Partial<HttpStep['request']>): HttpStep => {
  const one = http('A');
  return { ...one, request: { ...one.request, ...more } };
};
const files = [{ path: '/no/such/file', field: '', mimeType: '' }];

for (const [name, request, code] of [
  ['whose file cannot be read', { method: 'POST', files }, /IOException$/],
  ['whose address is none', { port: 'x' }, /URISyntaxException$/],
  [
    'whose address is none, and is put together anew each time',
    { host: '${no host}' },
    /URISyntaxException$/,
  ],
  ['that may be cached and whose address is none', { host: '', cache: 'c' }, /URISyntaxException$/],
] as const) {
  test(`a request ${name} is a failed sample, and not one that was sent`, async () => {
    const whole = group([step(request)], { load: closed({ loops: '2' }) });
    const world = await new UserWorld(whole, { clientFor: () => createHttpClient() }).run();
    assert.equal(world.labels, 'A A');
    const store = new SampleStore('run');
    for (const sample of world.samples) {
      assert.deepEqual([sample.success, sample.isUnsent], [false, true]);
      assert.match(sample.code, code);
      store.add(sample);
    }
    assert.deepEqual([world.lags, store.size], [[], 0]);
  });
}

test('what is meant to be sent is sent for the accounting, whatever becomes of it', async () => {
  const world = new UserWorld(group([http('A')], { load: closed({ durationMs: '5' }) }), {
    script: () => ({ elapsedMs: 1_000 }),
  });
  await world.run((now) => now > 10 && world.runner.stop('now'));
  assert.deepEqual(
    world.samples.map(({ isCut, isUnsent }) => [isCut, isUnsent]),
    [[true, undefined]],
  );
  assert.equal(world.lags.length, 1);
});
