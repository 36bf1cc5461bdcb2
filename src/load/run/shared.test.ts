import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import type { DataFile } from '../plan/plan.ts';
import { LocalShared } from './local-shared.ts';
import { answerTo, RemoteShared } from './remote-shared.ts';

const data: DataFile = {
  ...{ id: 'd', file: 'users.csv', encoding: '', variables: ['name', 'age'], skipFirstLine: false },
  ...{ delimiter: ',', quoted: false, atEnd: 'stop', sharing: 'all' },
};

function planWith(folder: string, text: string, given: Partial<DataFile> = {}) {
  writeFileSync(path.join(folder, 'users.csv'), text);
  return { folder, dataFiles: [{ ...data, ...given }] };
}

/** Workers of a run whose questions go to `shared`. */
function remotes(count: number, shared: LocalShared, plan: ConstructorParameters<typeof RemoteShared>[0]) {
  return Array.from({ length: count }, () => {
    const remote: RemoteShared = new RemoteShared(plan, (questions) => {
      for (const question of questions)
        void answerTo(shared, question).then((answer) => remote.answered([answer]));
    });
    return remote;
  });
}

test('rows come one after the other, whoever asks, and end or begin anew', (t) => {
  const folder = temporaryFolder(t);
  const text = 'ana,30\r\n\r\nluis,40\n';
  const stopping = new LocalShared(planWith(folder, text));
  const rows = Array.from({ length: 3 }, (_, user) => stopping.row('d', 'g', `g 1-${user}`));
  assert.deepEqual(rows, [['ana', '30'], ['luis', '40'], 'end']);
  const again = new LocalShared(planWith(folder, text, { atEnd: 'recycle' }));
  assert.deepEqual(
    [1, 2, 3].map(() => again.row('d', 'g', 'u')),
    [
      ['ana', '30'],
      ['luis', '40'],
      ['ana', '30'],
    ],
  );
  const empty = new LocalShared(planWith(folder, '\n', { atEnd: 'recycle' }));
  assert.equal(empty.row('d', 'g', 'u'), 'end');
});

test('a file is shared by all, by the users of a group, or by nobody', (t) => {
  const folder = temporaryFolder(t);
  const asked = (sharing: DataFile['sharing']) => {
    const shared = new LocalShared(planWith(folder, 'a\nb\nc\n', { sharing }));
    return [
      shared.row('d', 'g1', 'u1')[0],
      shared.row('d', 'g1', 'u2')[0],
      shared.row('d', 'g2', 'u3')[0],
    ].join('');
  };
  assert.deepEqual([asked('all'), asked('group'), asked('user')], ['abc', 'aba', 'aaa']);
});

test('quotes and headers are as CSV has them, and broken ones are named with their line', (t) => {
  const folder = temporaryFolder(t);
  const quoted = { quoted: true, skipFirstLine: true };
  const shared = new LocalShared(planWith(folder, 'name,age\n"Ana, the ""first""",30\n', quoted));
  assert.deepEqual(shared.row('d', 'g', 'u'), ['Ana, the "first"', '30']);
  const broken = new LocalShared(planWith(folder, 'name,age\n"Ana,30\n', quoted));
  assert.throws(() => broken.row('d', 'g', 'u'), /users\.csv:\d+: not valid CSV/);
});

test('over several workers every row is given once, and every number', async (t) => {
  const folder = temporaryFolder(t);
  const plan = planWith(folder, Array.from({ length: 100 }, (_, row) => `r${row}`).join('\n'));
  const shared = new LocalShared(plan);
  const workers = remotes(3, shared, plan);
  const asked = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const worker = workers[index % 3] as RemoteShared;
      return [
        String((await worker.row('d', 'g', 'u'))[0]),
        await worker.count('c'),
        await worker.take('t', 60),
      ] as const;
    }),
  );
  assert.equal(new Set(asked.map(([row]) => row)).size, 100);
  assert.deepEqual(
    asked.map(([, count]) => count).sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, one) => one + 1),
  );
  assert.equal(asked.filter(([, , taken]) => taken).length, 60);
  assert.equal(await workers[0]?.row('d', 'g', 'u'), 'end');
});

test('users of different workers meet, or go on when the time is over', async (t) => {
  const plan = planWith(temporaryFolder(t), 'a');
  const shared = new LocalShared(plan);
  const workers = remotes(2, shared, plan);
  let together = 0;
  const come = (worker: RemoteShared | undefined) => worker?.meet('m', 3, 0).then(() => together++);
  const first = [come(workers[0]), come(workers[1])];
  await shared.count('turns the loop');
  assert.equal(together, 0);
  await Promise.all([...first, come(workers[0])]);
  assert.equal(together, 3);
  await workers[1]?.meet('m', 3, 1);
});

test('a lock is had by one user of all workers, in the order in which they came', async (t) => {
  const plan = planWith(temporaryFolder(t), 'a');
  const shared = new LocalShared(plan);
  const [one, other] = remotes(2, shared, plan);
  const had: string[] = [];
  const take = (worker: RemoteShared | undefined, user: string) =>
    worker?.lock('l', user).then(() => had.push(user));
  const [first, second, third] = [take(one, 'a'), take(other, 'b'), take(one, 'c')];
  await first;
  await other?.count('comes behind its question');
  assert.deepEqual(had, ['a']);
  // It no longer waits, and does not keep the next one.
  other?.unlock('l', 'b');
  await second;
  one?.unlock('l', 'a');
  await third;
  assert.deepEqual(had, ['a', 'b', 'c']);
  one?.unlock('l', 'c');
  await one?.count('comes behind it');
  assert.equal(shared.lock('l', 'd'), undefined);
  shared.unlock('l', 'nobody');
  assert.ok(shared.lock('l', 'e') instanceof Promise);
});

test('a schedule goes on at its rate, whoever asks', async (t) => {
  const plan = planWith(temporaryFolder(t), 'a');
  const shared = new LocalShared(plan);
  const [one, other] = remotes(2, shared, plan);
  const first = (await one?.due('t', 600)) ?? 0;
  const second = (await other?.due('t', 600)) ?? 0;
  assert.ok(Math.abs(second - first - 100) < 1e-6);
});

test('what cannot be had is an error of who asked for it', async (t) => {
  const plan = { folder: temporaryFolder(t), dataFiles: [data] };
  const [worker] = remotes(1, new LocalShared(plan), plan);
  await assert.rejects(async () => worker?.row('d', 'g', 'u'), /users\.csv/);
});
