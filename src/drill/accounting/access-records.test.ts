import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { sampleOf } from '../../../tests/support/drill/story.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { worldOf } from '../../../tests/support/lb/engine-world.ts';
import { Wire } from '../../../tests/support/lb/wire.ts';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import { engineNames } from '../../lb/engine.ts';
import { AccessRecords } from './access-records.ts';
import { SampleStore } from './sample-store.ts';

const line = (id: string, server = 'a') =>
  `127.0.0.1:1 [01/Nov/2026:09:05:07.042] web default/web:http/${server} 0/1/2/6/9 200 106 - - ---- 3/2/1/1/0 0/0 {${id}} "GET / HTTP/1.1"\n`;

async function follow(t: TestContext, file: string): Promise<AccessRecords> {
  const records = new AccessRecords({ file, runId: 'run' });
  t.after(() => records.close());
  await records.start();
  return records;
}

for (const engine of engineNames) {
  for (const format of ['httplog', 'json'] as const) {
    test(`what ${engine} writes as ${format} adds up to its bins`, async (t) => {
      const file = path.join(temporaryFolder(t), 'access.log');
      const { world, origins } = await worldOf(t, { name: engine, workers: 1 }, ['a'], {
        backend: {
          maxconn: 1,
          queue: { timeoutMs: 200, max: 10 },
          retries: { attempts: 0, redispatch: false },
        },
        model: { accessLog: { format, file } },
      });
      const [origin] = origins;
      assert.ok(origin);
      const records = await follow(t, file);
      let number = 0;
      const asked = (more: object = {}) => ({
        headers: { 'x-relevo-load-id': `run-0-${++number}` },
        ...more,
      });
      await world.ask(asked());
      for (const status of [404, 500]) {
        origin.status = status;
        await world.ask(asked());
      }
      origin.status = 200;
      // One is answered late, one waits too long, and one is not waited for.
      const { promise: gate, resolve: open } = Promise.withResolvers<void>();
      origin.gate = gate;
      const slow = world.ask(asked());
      await eventually(() => origin.inFlight === 1);
      await world.ask(asked());
      const wire = await Wire.open(t, world.port);
      wire.socket.write(`GET / HTTP/1.1\r\nHost: a\r\nX-Relevo-Load-Id: run-0-${++number}\r\n\r\n`);
      await eventually(async () => (await world.backend()).queued === 1);
      wire.socket.destroy();
      await eventually(async () => (await world.backend()).bins.aborted === 1);
      open();
      await slow;
      await origin.stop();
      await world.ask(asked());
      await eventually(async () => (await world.backend()).inFlight === 0);
      assert.ok(await records.settled(500, 20_000));
      const { bins } = await world.backend();
      const { records: rows } = records;
      const counts = { ok: 0, clientError: 0, serverError: 0, shed: 0, sorry: 0, aborted: 0, none: 0 };
      for (let id = 1; id <= number; id++) {
        const row = rows.lastOf(0, id);
        assert.ok(row >= 0, `run-0-${id}`);
        counts[rows.outcome(row)]++;
      }
      assert.equal(rows.size, number);
      assert.deepEqual(
        [counts.ok, counts.clientError, counts.aborted],
        [bins.ok, bins.clientError, bins.aborted],
      );
      assert.deepEqual([counts.ok, counts.clientError, counts.aborted], [2, 1, 1]);
      const unavailable = (of: typeof bins) => of.serverError + of.sorry + of.shed;
      assert.equal(unavailable(counts), unavailable(bins), JSON.stringify({ counts, bins }));
      assert.equal(counts.shed, 1);
      assert.equal(records.unreadable, 0, readFileSync(file, 'utf8'));
    });
  }
}

test('only what comes after the start counts, also in a log that ends within a line', async (t) => {
  const file = path.join(temporaryFolder(t), 'access.log');
  const [begin, end] = [line('run-0-1').slice(0, 40), line('run-0-1').slice(40)];
  writeFileSync(file, line('run-0-0') + begin);
  const records = await follow(t, file);
  appendFileSync(file, end + line('run-0-2'));
  assert.ok(await records.settled(50, 5_000));
  assert.equal(records.records.size, 1);
  assert.ok(records.records.lastOf(0, 2) >= 0);
});

test('a log that is put aside again and again loses nothing, nor does one that comes later', async (t) => {
  const file = path.join(temporaryFolder(t), 'access.log');
  const records = await follow(t, file);
  let number = 0;
  for (let round = 1; round <= 4; round++) {
    for (let count = 0; count < 50; count++) appendFileSync(file, line(`run-1-${number++}`));
    if (round === 2) await records.settled(20, 5_000);
    renameSync(file, `${file}.${round}`);
    // Who had it open writes on for a while.
    appendFileSync(`${file}.${round}`, line(`run-1-${number++}`));
  }
  appendFileSync(file, line(`run-1-${number++}`));
  assert.ok(await records.settled(100, 5_000));
  const { records: rows } = records;
  const missing = Array.from({ length: number }, (_, index) => index).filter(
    (index) => rows.lastOf(1, index) < 0,
  );
  // Before the first look there was no log: what was put aside before it was seen is not looked for.
  assert.deepEqual(
    missing.filter((index) => index > 101),
    [],
  );
  assert.equal(rows.size, number - missing.length);
});

test('a good sample is waited for until its record comes', async (t) => {
  const file = path.join(temporaryFolder(t), 'access.log');
  writeFileSync(file, line('run-0-1'));
  const records = await follow(t, file);
  const samples = new SampleStore('run');
  samples.addAll([sampleOf({ loadId: 'run-0-2' }), sampleOf({ loadId: 'run-0-3', success: false })]);
  assert.equal(await records.settled(1, 100, samples), false);
  appendFileSync(file, line('run-0-2'));
  assert.equal(await records.settled(1, 20_000, samples), true);
});

test('a torn line is counted, what HAProxy says of itself is not', async (t) => {
  const file = path.join(temporaryFolder(t), 'access.log');
  writeFileSync(file, '');
  const records = await follow(t, file);
  appendFileSync(file, `${line('run-0-1').slice(0, 60)}\n`);
  appendFileSync(file, 'Proxy web stopped (cumulated conns: FE: 12, BE: 0).\n');
  appendFileSync(file, '{"time":"2026-11-\n');
  appendFileSync(file, '127.0.0.1:1 [01/Nov/2026:09:05:07.042] tcp db/a 1/2/9 106 -- 3/2/1/1/0 0/0\n');
  appendFileSync(file, line('run-0-2'));
  assert.ok(await records.settled(50, 5_000));
  assert.deepEqual([records.unreadable, records.records.size], [2, 1]);
});

test('answers are counted by UID, where the name is known, from a moment on', async (t) => {
  const file = path.join(temporaryFolder(t), 'access.log');
  writeFileSync(file, '');
  const records = await follow(t, file);
  appendFileSync(file, line('run-0-1') + line('run-0-2') + line('run-0-3', 'b') + line('other-0-1', 'b'));
  assert.ok(await records.settled(50, 5_000));
  const counts = records.answersBy(Number.NEGATIVE_INFINITY, [{ name: 'a', uid: 'uid-a' }]);
  assert.deepEqual([...counts].sort(), [
    ['b', 1],
    ['uid-a', 2],
  ]);
  assert.equal(records.answersBy(Number.POSITIVE_INFINITY, []).size, 0);
});

test('a log that cannot be read is said at the start', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(path.join(folder, 'file'), '');
  const records = new AccessRecords({ file: path.join(folder, 'file', 'access.log'), runId: 'run' });
  t.after(() => records.close());
  await assert.rejects(records.start(), /ENOTDIR/);
});
