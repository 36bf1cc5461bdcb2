import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { backendOf, modelOf, serverOf } from '../../../tests/support/lb/models.ts';
import { Departures } from './departures.ts';

function house(drainMs: number, more = {}) {
  const clock = new FakeClock();
  const state = { inFlight: 1, told: 0, cuts: 0 };
  const departures = new Departures(clock, {
    inFlight: async () => state.inFlight,
    cut: async () => void state.cuts++,
    departed: () => void state.told++,
  });
  const server = serverOf({ name: 'a', port: 1 }, { state: 'departing', ...more });
  const model = modelOf([], [backendOf([server], { drainMs })]);
  departures.update(model);
  return { clock, state, departures, model };
}

test('who has nothing left is told of once, and again for the next model', async () => {
  const { state, departures, model } = house(1_000);
  await departures.look();
  assert.deepEqual([state.told, departures.isWaiting], [0, true]);
  state.inFlight = 0;
  await departures.look();
  await departures.look();
  assert.deepEqual([state.told, departures.isWaiting], [1, false]);
  departures.update(model);
  await departures.look();
  assert.equal(state.told, 2);
});

test('tunnels end when the time is over, which another model does not prolong', async () => {
  const { clock, state, departures, model } = house(1_000);
  clock.advance(900);
  departures.update(model);
  await departures.look();
  assert.equal(state.cuts, 0);
  clock.advance(100);
  await departures.look();
  assert.equal(state.cuts, 1);
});

test('requests that outlast its time do not hold up that it is told of', async () => {
  const { clock, state, departures, model } = house(1_000);
  clock.advance(1_000);
  await departures.look();
  departures.update(model);
  await departures.look();
  assert.deepEqual([state.cuts, state.told], [1, 0]);
  clock.advance(1_000);
  await departures.look();
  assert.deepEqual([state.cuts, state.told, departures.isWaiting], [1, 1, false]);
});

test('departBy is earlier than drainMs where it is', async () => {
  const { clock, state, departures } = house(60_000, { departBy: new FakeClock().now() + 500 });
  clock.advance(500);
  await departures.look();
  assert.equal(state.cuts, 1);
});
