import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleOf } from '../../../tests/support/load/samples.ts';
import { ResultsCollector } from './results-collector.ts';
import type { Second } from './second.ts';
import { WorkerRecorder } from './worker-recorder.ts';

const idle = { users: 1, inFlight: 0, dropped: 0 };

test('a second is told when all workers have spoken, and has the sums of all', (t) => {
  const told: Second[] = [];
  const collector = new ResultsCollector(2, (second) => told.push(second));
  const workers = [new WorkerRecorder(), new WorkerRecorder()];
  t.after(() => {
    for (const worker of workers) worker.close();
  });
  for (const [index, worker] of workers.entries()) {
    for (let ms = 1; ms <= 50; ms++) worker.record(sampleOf({ elapsedMs: ms + 50 * index, success: ms > 1 }));
    worker.record(sampleOf({ label: 'Order', isTransaction: true, elapsedMs: 500 }));
    worker.sending(index);
  }
  const [first, second] = workers.map((worker) => worker.take(0));
  assert.ok(first && second);
  collector.addSecond({ ...first, ...idle });
  assert.equal(told.length, 0);
  collector.addSecond({ ...second, ...idle, dropped: 2 });
  const [only] = told;
  const home = only?.labels.get('Home');
  assert.ok(only && home);
  assert.deepEqual([home.count, home.failed, only.users, only.dropped, only.sent], [100, 2, 2, 2, 2]);
  assert.ok(Math.abs(home.p50 - 50) <= 0.1 && Math.abs(home.p99 - 99) <= 0.1, JSON.stringify(home));
  assert.equal(only.labels.get('Order')?.isTransaction, true);

  const results = collector.results({ thresholds: [] });
  assert.equal(results.total.count, 100, 'a transaction is not a request');
  assert.deepEqual(
    results.labels.map(({ label, count }) => [label, count]),
    [
      ['Home', 100],
      ['Order', 2],
    ],
  );
  assert.match(results.saturation.reasons.join(), /2 iterations were dropped/);
});

test('a request and a transaction may have the same name', (t) => {
  const told: Second[] = [];
  const collector = new ResultsCollector(1, (second) => told.push(second));
  const worker = new WorkerRecorder();
  t.after(() => worker.close());
  worker.record(sampleOf({ label: 'Order' }));
  worker.record(sampleOf({ label: 'Order', isTransaction: true }));
  collector.addSecond({ ...worker.take(0), ...idle });
  assert.deepEqual([...(told[0]?.labels.keys() ?? [])], ['Order', 'Order (transaction)']);
  assert.equal(collector.results({ thresholds: [] }).labels.length, 2);
});

test('what a dead worker did not say is not waited for at the end', () => {
  const told: Second[] = [];
  const collector = new ResultsCollector(2, (second) => told.push(second));
  const worker = new WorkerRecorder();
  worker.record(sampleOf());
  collector.addSecond({ ...worker.take(0), ...idle });
  assert.equal(collector.results({ thresholds: [] }).seconds.length, 1);
  worker.close();
});
