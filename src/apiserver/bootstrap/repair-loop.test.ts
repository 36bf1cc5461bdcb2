import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { put } from '../../../tests/support/auth-objects.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import { RepairLoop } from './repair-loop.ts';

let store: MemoryStore;
let clock: FakeClock;

beforeEach(() => {
  store = new MemoryStore();
  clock = new FakeClock();
});

function loopOf(repair: () => Promise<boolean>): RepairLoop {
  const concerns = (key: string) => key !== 'pods/a/other';
  return new RepairLoop({
    store,
    clock,
    logger: silentLogger,
    name: 'test',
    prefixes: ['pods/'],
    concerns,
    repair,
  });
}

/** Lets what has been decided happen. */
const turn = () => new Promise(setImmediate);

test('it runs at its start and after every change that concerns it', async () => {
  let runs = 0;
  const loop = loopOf(async () => {
    runs++;
    return false;
  });
  loop.start();
  await turn();
  assert.equal(runs, 1);
  await put(store, 'pods/a/b');
  await turn();
  assert.equal(runs, 2);
  await put(store, 'pods/a/other');
  await turn();
  assert.equal(runs, 2);
  await loop.close();
  await put(store, 'pods/a/b');
  await turn();
  assert.equal(runs, 2);
});

test('a change during a run is not missed, and runs do not overlap', async () => {
  let runs = 0;
  let overlapping = 0;
  const loop = loopOf(async () => {
    runs++;
    assert.equal(++overlapping, 1);
    if (runs === 1) await put(store, 'pods/a/b');
    overlapping--;
    return runs === 1;
  });
  loop.start();
  await turn();
  assert.equal(runs, 1);
  clock.advance(1);
  await turn();
  assert.equal(runs, 2);
  await loop.close();
  assert.equal(clock.pending, 0);
});

test('a repair that never comes to an end gets slower, down to once a second', async () => {
  let runs = 0;
  const loop = loopOf(async () => {
    runs++;
    await put(store, 'pods/a/b', { runs });
    return true;
  });
  loop.start();
  for (let i = 0; i < 200; i++) {
    await turn();
    clock.advance(100);
  }
  await loop.close();
  assert.ok(runs > 20 && runs < 35, `${runs} runs in 20 seconds`);
});

test('a repair that fails is tried again', async () => {
  let runs = 0;
  const loop = loopOf(async () => {
    if (++runs < 3) throw new Error('not now');
    return false;
  });
  loop.start();
  for (let i = 0; i < 5; i++) {
    await turn();
    clock.advance(10);
  }
  assert.equal(runs, 3);
  await loop.close();
});
