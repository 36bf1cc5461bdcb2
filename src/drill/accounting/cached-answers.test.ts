// What users take from their caches goes to nobody: it is neither sent nor a sample, and a drill's accounting has nothing left over.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { recordOf, runId, Story } from '../../../tests/support/drill/story.ts';
import { closed, group, http, plan } from '../../../tests/support/load/user-world.ts';
import { machineTime } from '../../base/machine-time.ts';
import type { Plan } from '../../load/plan/plan.ts';
import { LoadWorker } from '../../load/run/load-worker.ts';
import type { FromWorker, WorkerConfig } from '../../load/run/messages.ts';
import { loadIdHeader } from '../../load/sample.ts';
import { reconcile } from './reconcile.ts';

const users = 2;
const loops = 3;

/** Without headers of its own: Date would be one more that a cache may look at. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url, headers } = request;
  if (url === '/fresh') response.setHeader('Cache-Control', 'max-age=1000');
  if (url === '/asked-again') response.setHeader('ETag', '"one"').setHeader('Cache-Control', 'no-cache');
  if (url === '/leads-there') response.setHeader('Location', '/fresh');
  if (headers['if-none-match']) response.statusCode = 304;
  if (url === '/leads-there') response.statusCode = 302;
  response.end();
}

/** All steps of the plan, by a worker in this process. */
async function carriedOut(whole: Plan) {
  const told: FromWorker[] = [];
  const over = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  const config: WorkerConfig = {
    ...{ plan: whole, worker: 0, workers: 1, runId, startedAt: machineTime(), clockOffsetMs: 0 },
    ...{ tellSamples: true, treeLimits: { good: 0, failures: 0 }, seed: 1 },
  };
  const worker = new LoadWorker(config, (message, taken) => {
    told.push(message);
    if (message.type === 'phase-over') over.resolve();
    if (message.type === 'finished') finished.resolve();
    taken?.();
  });
  worker.take({ type: 'begin', phase: 0, groups: [0], startAt: machineTime() });
  await over.promise;
  worker.take({ type: 'finish' });
  await finished.promise;
  return {
    sent: told.reduce((sum, message) => sum + (message.type === 'second' ? message.part.sent : 0), 0),
    samples: told.flatMap((message) => (message.type === 'samples' ? message.samples : [])),
  };
}

test('answers from caches are no requests: nothing is left over, and nothing is unexplained', async (t: TestContext) => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(String(request.headers[loadIdHeader.toLowerCase()]));
    answer(request, response);
  });
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const port = String((server.address() as AddressInfo).port);
  const steps = ['fresh', 'asked-again', 'leads-there', 'fresh', 'other'].map((name) => {
    const step = http(name);
    return { ...step, request: { ...step.request, host: '127.0.0.1', port, cache: 'c' } };
  });
  const load = closed({ users: String(users), loops: String(loops) });
  const caches = [{ id: 'c', clearEachIteration: false, useExpires: true, maxEntries: 100 }];
  const { sent, samples } = await carriedOut(plan([group(steps, { load })], { caches }));

  const story = new Story();
  story.samples.addAll(samples);
  for (const loadId of seen) story.records.add(recordOf({ loadId: loadId ?? '', endedAt: machineTime() }), 0);
  const attribution = story.attribute([], []);
  const accounting = reconcile({ samples: story.samples, records: story.records, attribution, sent });
  // Each user: the fresh one once, the others each time.
  assert.equal(seen.length, users * (1 + 3 * loops));
  assert.equal(sent, seen.length);
  const { bySample, remainder, unexplained } = accounting;
  assert.deepEqual([bySample.ok, remainder, unexplained], [sent, 0, 0]);
});
