import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { notFoundError } from '../../api/status.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { KeyedWrites } from './keyed-writes.ts';

function make(t: TestContext, clock = systemClock): KeyedWrites {
  const writes = new KeyedWrites({ clock, logger: silentLogger, random: () => 0 });
  t.after(() => writes.close());
  return writes;
}

test('of those that wait only the newest is carried out', async (t) => {
  const writes = make(t);
  const done: string[] = [];
  const held = Promise.withResolvers<void>();
  writes.put('a', async () => {
    await held.promise;
    done.push('first');
  });
  await eventually(() => true);
  for (const text of ['second', 'third']) writes.put('a', async () => done.push(text));
  writes.put('b', async () => done.push('other'));
  await eventually(() => done.includes('other'));
  held.resolve();
  await eventually(() => done.length === 3);
  assert.deepEqual(done, ['other', 'first', 'third']);
});

test('one that fails is tried again, unless a newer one takes its place', async (t) => {
  const clock = new FakeClock();
  const writes = make(t, clock);
  const done: string[] = [];
  writes.put('a', async () => {
    done.push('fails');
    throw new Error('connect ECONNREFUSED');
  });
  await eventually(() => clock.pending === 1);
  clock.advance(100);
  await eventually(() => done.length === 2 && clock.pending === 1);
  writes.put('a', async () => done.push('works'));
  clock.advance(200);
  await eventually(() => done.length === 3);
  assert.deepEqual(done, ['fails', 'fails', 'works']);
  assert.equal(clock.pending, 0);
});

test('an object that is gone is no failure', async (t) => {
  const clock = new FakeClock();
  const writes = make(t, clock);
  let calls = 0;
  writes.put('a', async () => {
    calls++;
    throw notFoundError({ group: '', resource: 'services' }, 'web');
  });
  await eventually(() => calls === 1);
  writes.put('a', async () => calls++);
  await eventually(() => calls === 2);
  assert.equal(clock.pending, 0);
});

test('the end does not wait for the next try, and takes nothing more', async (t) => {
  const writes = make(t, new FakeClock());
  let calls = 0;
  const write = async () => {
    calls++;
    throw new Error('no');
  };
  writes.put('a', write);
  await eventually(() => calls === 1);
  await writes.close();
  writes.put('a', write);
  assert.equal(calls, 1);
});
