import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { backendOf, serverOf } from '../../../tests/support/lb/models.ts';
import { waitingRoom } from './config/waiting-room.ts';
import { Readings } from './readings.ts';
import { emptySample } from './sample.ts';

/** A backend of so many servers. */
function house(count: number) {
  const clock = new FakeClock();
  const asked: (number | 'all')[] = [];
  const readings = new Readings(clock, {
    sampleBackend: async (_name, entries) => {
      asked.push(entries ? [...entries].length : 'all');
      return emptySample;
    },
  });
  const servers = Array.from({ length: count }, (_, index) => serverOf({ name: `s${index}`, port: 1 }));
  const backend = backendOf(servers);
  const read = (touched: number, isWatched = false) =>
    readings.of(
      backend,
      servers.slice(0, touched),
      servers.slice(0, touched).map(({ name }) => name),
      isWatched,
    );
  return { clock, asked, read };
}

test('of many servers those are read that something became of, of a few all', async () => {
  const many = house(1_000);
  assert.equal((await many.read(3)).servers.length, 3);
  assert.equal((await many.read(250)).servers.length, 1_000);
  assert.deepEqual(many.asked, [3, 'all']);
  const few = house(8);
  assert.equal((await few.read(0)).servers.length, 8);
});

test('where all are to be known they are read now and then, the seldomer the more there are', async () => {
  const { clock, asked, read } = house(1_000);
  for (let looks = 0; looks < 5; looks++) {
    await read(0, true);
    clock.advance(200);
  }
  assert.deepEqual(asked, ['all', 0, 0, 'all', 0]);
});

test('the waiting room of a large backend is always read: demand is told with it', async () => {
  const asked: string[][] = [];
  const readings = new Readings(new FakeClock(), {
    sampleBackend: async (_name, entries = []) => {
      asked.push([...entries]);
      return emptySample;
    },
  });
  const servers = Array.from({ length: 100 }, (_, index) => serverOf({ name: `s${index}`, port: 1 }));
  const backup = {
    ...{ whenReadyBelow: 1, whenBusyAbove: 0.9, busyForMs: 0, releaseBusyBelow: 0.5, releaseAfterMs: 0 },
    ...{ start: 'cold' as const, slowstart: false },
  };
  await readings.of(backendOf(servers, { backup }), servers.slice(0, 1), ['s0'], false);
  await readings.of(backendOf(servers), servers.slice(0, 1), ['s0'], false);
  assert.deepEqual(asked, [['s0', waitingRoom], ['s0']]);
});
