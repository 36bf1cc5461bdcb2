// A server that stands still for half of a test: what a user would have met is told, and beside it what a naive client believes.

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readPlan } from '../../src/load/plan/yaml/read-plan.ts';
import { startLoadRun } from '../../src/load/run/start-load-run.ts';

const server = fileURLToPath(new URL('../support/load/plain-server-process.ts', import.meta.url));
/** 15 s of 30 where much is asked of the tests (`./test --soak` has 50 rounds). */
const frozenMs = Number(process.env.RELEVO_ROUNDS ?? 5) >= 50 ? 15_000 : 1_500;
const rate = 100;

/** One user, and a schedule that others would keep. */
const scheduled = (url: string) => `
groups:
  - name: visitors
    users: 1
    throughput: ${rate}/s
    duration: ${2 * frozenMs}ms
    steps: [{ get: '${url}' }]
`;

test('a server that stands still for half of the time: the mean is what users waited, and the naive figure is beside it', async (t) => {
  const child = fork(server, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  t.after(() => child.kill('SIGKILL'));
  const [port] = await once(child, 'message');
  const run = await startLoadRun({ plan: readPlan(scheduled(`http://127.0.0.1:${port}/`), 'plan.yaml') });
  // The fault itself is so long.
  await delay(frozenMs / 2);
  child.kill('SIGSTOP');
  await delay(frozenMs);
  child.kill('SIGCONT');
  const { total } = await run.finished;
  const { naive, corrected } = total;
  assert.ok(corrected);
  const told = JSON.stringify({ count: total.count, naive, corrected });
  assert.equal(total.failed, 0, told);
  // Of a triangle of waits: half of the requests waited, on average half of the time.
  assert.ok(corrected.mean > frozenMs / 8 && corrected.mean < frozenMs / 2, told);
  assert.ok(corrected.p90 > frozenMs / 2 && corrected.max >= frozenMs * 0.9, told);
  assert.ok(naive.mean < frozenMs / 20 && naive.p90 < frozenMs / 20, told);
  // The schedule is kept: what was late was sent all the same.
  assert.ok(total.count > ((rate * 2 * frozenMs) / 1_000) * 0.8, told);
});
