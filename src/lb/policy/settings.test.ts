import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BackendPolicySpec } from '../../api/relevo/backend-policy-types.ts';
import { contradictionIn } from './contradictions.ts';
import { backendSettings, clientTimeouts, completeSpec, plainSorry } from './settings.ts';

const targetRef = { kind: 'Service', name: 'web' };

function spec(fields: object = {}): BackendPolicySpec {
  return completeSpec({ targetRef, ...fields });
}

test('what a policy does not say is as its schema says', () => {
  assert.deepEqual(backendSettings(spec(), plainSorry), {
    balance: 'roundrobin',
    observe: { failures: 3, ejectForMs: 2_000, maxEjected: 0.5 },
    retries: { attempts: 2, redispatch: true },
    queue: { timeoutMs: 2_000, max: 1_000 },
    timeouts: { connectMs: 1_000, serverMs: 30_000, tunnelMs: 3_600_000 },
    sorry: { retryAfterSeconds: 5, variants: [] },
    drainMs: 30_000,
  });
  assert.deepEqual(clientTimeouts(spec()), { clientMs: 30_000, idleMs: 60_000 });
});

test('every field of a policy becomes a setting', () => {
  const check = {
    http: { path: '/up', header: { name: 'x', value: 'y' }, body: 'fine' },
    port: 9,
    agent: { port: 10 },
  };
  const settings = backendSettings(
    spec({
      ...{ balance: 'leastconn', check, persistence: { cookie: { name: 'id', mode: 'prefix' } } },
      servers: { maxconn: 10, minconn: 2, fullconn: 100, slowstart: '5s' },
      queue: { timeout: '3s', max: 7 },
      backup: { selector: { matchLabels: { tier: 'backup' } }, activate: { for: '1s' }, start: 'cold' },
      maintenance: { until: '2030-01-01T00:00:00Z' },
      drain: { timeout: '1m' },
    }),
    plainSorry,
  );
  assert.deepEqual(settings.check, {
    http: { ...check.http, method: 'GET', expect: '200-399' },
    ...{ port: 9, interMs: 500, timeoutMs: 250, rise: 2, fall: 2, agent: { port: 10, interMs: 2_000 } },
  });
  assert.deepEqual(settings.persistence, { name: 'id', mode: 'prefix' });
  assert.deepEqual(settings.queue, { timeoutMs: 3_000, max: 7 });
  assert.deepEqual(settings.backup, {
    ...{ whenReadyBelow: 1, whenBusyAbove: 0.9, busyForMs: 1_000 },
    ...{ releaseBusyBelow: 0.7, releaseAfterMs: 10_000, start: 'cold', slowstart: false },
  });
  const { balance, maxconn, minconn, fullconn, slowstartMs, maintenanceUntil, drainMs } = settings;
  assert.deepEqual([balance, maxconn, minconn, fullconn, slowstartMs], ['leastconn', 10, 2, 100, 5_000]);
  assert.deepEqual([maintenanceUntil, drainMs], [Date.UTC(2030, 0, 1), 60_000]);
});

test('the time in the queue is that of timeouts where the queue has none of its own', () => {
  assert.equal(backendSettings(spec({ timeouts: { queue: '9s' } }), plainSorry).queue.timeoutMs, 9_000);
});

test('the spec that is completed stays as it is', () => {
  const written = { targetRef };
  completeSpec(written);
  assert.deepEqual(written, { targetRef });
});

const backup = { selector: { matchLabels: { tier: 'backup' } } };
const contradictions: [fields: object, expected: RegExp | undefined][] = [
  [{}, undefined],
  [{ servers: { maxconn: 10, minconn: 10, fullconn: 5 }, backup }, undefined],
  [{ check: { inter: '0s' } }, /^spec\.check\.inter must be more than 0$/],
  [{ check: { timeout: '0ms' } }, /^spec\.check\.timeout /],
  [{ check: { agent: { port: 1, inter: '0s' } } }, /^spec\.check\.agent\.inter /],
  [{ timeouts: { connect: '0s' } }, /^spec\.timeouts\.connect /],
  [{ queue: { timeout: '0s' } }, /^spec\.queue\.timeout /],
  [{ servers: { minconn: 1, maxconn: 2 } }, /need each other/],
  [{ servers: { minconn: 1, fullconn: 2 } }, /need servers\.maxconn/],
  [{ servers: { minconn: 3, maxconn: 2, fullconn: 9 } }, /minconn \(3\) must not be more than maxconn \(2\)/],
  [
    { backup: { ...backup, release: { whenBusyBelow: '90%' } } },
    /whenBusyBelow \(90%\) must be less than .* \(90%\)/,
  ],
];
for (const [fields, expected] of contradictions) {
  test(`${JSON.stringify(fields)} is ${expected ? 'a contradiction' : 'none'}`, () => {
    const found = contradictionIn(spec(fields), 'spec.');
    if (expected) assert.match(found ?? '', expected);
    else assert.equal(found, undefined);
  });
}
