// The activation rule in a loop with what it steers: backups that come in shorten the queue that called them, and must not swing for it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rule } from '../../../tests/support/lb/backup-case.ts';
import { decideBackups, initialBackupState } from './activation.ts';

const maxconn = 10;
const serviceMs = 100;
const stepMs = 10;
/** Requests that wait longer are shed. */
const queueMs = 2_000;

interface Phase {
  readonly forMs: number;
  readonly primaries: number;
  /** 1: as much as one server can do. */
  readonly load: number;
}

/** How many backups served, one after the other, with requests as a fluid: each server has room for `maxconn`, each request takes `serviceMs`. */
function lived(phases: readonly Phase[], backups = 3): number[] {
  const actives = [0];
  let [state, demand, now] = [initialBackupState, 0, 0];
  for (const { forMs, primaries, load } of phases) {
    for (const end = now + forMs; now < end; now += stepMs) {
      const capacity = primaries * maxconn;
      const backupCapacity = new Array<number>(backups).fill(maxconn);
      const measure = {
        primaries,
        expected: 3,
        backups,
        capacity,
        backupCapacity,
        demand: Math.round(demand),
      };
      const decision = decideBackups(rule, state, measure, now);
      state = decision.state;
      if (decision.active !== actives.at(-1)) actives.push(decision.active);
      const room = (primaries + decision.active) * maxconn;
      const waiting = Math.min(Math.max(0, demand - room), (load * maxconn * queueMs) / serviceMs);
      const busy = Math.min(demand, room);
      demand = busy + waiting + ((load * maxconn - busy) * stepMs) / serviceMs;
    }
  }
  return actives;
}

const scenarios: readonly [string, readonly Phase[], readonly number[]][] = [
  ['80 % load', [{ forMs: 60_000, primaries: 3, load: 2.4 }], [0]],
  [
    'one of three is lost at 80 % load, and comes back',
    [
      { forMs: 5_000, primaries: 3, load: 2.4 },
      { forMs: 30_000, primaries: 2, load: 2.4 },
      { forMs: 60_000, primaries: 3, load: 1.5 },
    ],
    [0, 1, 0],
  ],
  [
    'load a little over what there is, and back',
    [
      { forMs: 30_000, primaries: 3, load: 3.3 },
      { forMs: 60_000, primaries: 3, load: 1 },
    ],
    [0, 1, 0],
  ],
  [
    'all primaries are lost, and come back',
    [
      { forMs: 5_000, primaries: 3, load: 1.5 },
      { forMs: 30_000, primaries: 0, load: 1.5 },
      { forMs: 60_000, primaries: 3, load: 1.5 },
    ],
    [0, 3, 2, 1, 0],
  ],
];

for (const [title, phases, expected] of scenarios) {
  test(`backups in the loop: ${title}`, () => assert.deepEqual(lived(phases), expected));
}

test('a load that steps up and down once calls each in at most once', () => {
  const load = fc.integer({ min: 0, max: 80 }).map((tenths) => tenths / 10);
  fc.assert(
    fc.property(load, load, load, (before, high, after) => {
      fc.pre(before <= high && after <= high);
      const phases = [before, high, after].map((one) => ({ forMs: 45_000, primaries: 3, load: one }));
      const actives = lived(phases);
      const top = actives.indexOf(Math.max(...actives));
      const rises = actives.slice(0, top + 1);
      const falls = actives.slice(top);
      assert.deepEqual(
        rises,
        rises.toSorted((a, b) => a - b),
        actives.join(' '),
      );
      assert.deepEqual(
        falls,
        falls.toSorted((a, b) => b - a),
        actives.join(' '),
      );
    }),
    { numRuns: 60 },
  );
});
