import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { backendOf, modelOf, serverOf } from '../../../tests/support/lb/models.ts';
import { Ejections, isFailure } from './ejections.ts';
import type { Ended } from './event-stream.ts';
import { proxyName, serverName } from './names.ts';

const servers = ['a', 'b', 'c', 'd'].map((name) => serverOf({ name, port: 1 }));
const backend = backendOf(servers, { observe: { failures: 3, ejectForMs: 500, maxEjected: 0.5 } });
const failed = (index: number, status = 500): Ended => ({
  ...{
    frontend: 'in:web',
    backend: proxyName(backend.name),
    server: serverName(servers[index] ?? { id: '', name: '' }),
  },
  ...{ status, termination: '--', isSorry: false },
});

function house() {
  const clock = new FakeClock();
  const good = { answers: 0 };
  const changes: string[] = [];
  const ejections = new Ejections({
    clock,
    goodAnswers: async () => good.answers,
    changed: (_backend, { name }, isOut) => void changes.push(`${name} ${isOut ? 'out' : 'back'}`),
  });
  ejections.update(modelOf([], [backend]));
  const fail = async (index: number) => {
    for (let times = 0; times < 3; times++) await ejections.note(failed(index));
  };
  return { clock, good, changes, ejections, fail };
}

test('failures in a row take a server out for its time', async () => {
  const { clock, changes, ejections, fail } = house();
  await fail(0);
  assert.equal(ejections.isOut(backend.name, 'uid-a'), true);
  clock.advance(500);
  assert.equal(ejections.isOut(backend.name, 'uid-a'), false);
  assert.deepEqual(changes, ['a out', 'a back']);
});

test('a good answer in between begins anew', async () => {
  const { good, changes, ejections } = house();
  await ejections.note(failed(0));
  good.answers++;
  await ejections.note(failed(0));
  await ejections.note(failed(0));
  assert.deepEqual(changes, []);
});

test('most servers stay', async () => {
  const { changes, fail } = house();
  for (const index of [0, 1, 2, 3]) await fail(index);
  assert.deepEqual(changes, ['a out', 'b out']);
});

test('what the client broke off, 501 and 505 say nothing of a server', () => {
  assert.equal(isFailure(failed(0)), true);
  assert.equal(isFailure({ ...failed(0, 200), termination: 'SD' }), true);
  for (const status of [404, 501, 505]) assert.equal(isFailure(failed(0, status)), false);
  assert.equal(isFailure({ ...failed(0), termination: 'CH' }), false);
  assert.equal(isFailure({ ...failed(0), server: undefined }), false);
});
