import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BackupCase,
  measured,
  rule,
  type Situation,
  testBackups,
} from '../../../tests/support/lb/backup-case.ts';
import { decideBackups, initialBackupState } from './activation.ts';

const cases: readonly BackupCase[] = [
  { title: 'nobody is missing: none serves', steps: [[0, {}, 0]] },
  { title: 'one of three is lost: one comes in at once', steps: [[0, { primaries: 2 }, 1]] },
  { title: 'two of three are lost: two come in at once', steps: [[0, { primaries: 1 }, 2]] },
  {
    title: 'more are lost than there are backups: all of them',
    steps: [[0, { primaries: 0, backups: 2 }, 2]],
  },
  {
    title: 'a pod that a rollout adds beyond the expected ones is no reason, nor is its going',
    steps: [
      [0, { primaries: 4 }, 0],
      [1, { primaries: 3 }, 0],
    ],
  },
  {
    title: 'a share below 1 tolerates losses down to it',
    rule: { whenReadyBelow: 0.5 },
    steps: [
      [0, { primaries: 3, expected: 4 }, 0],
      [1, { primaries: 2, expected: 4 }, 0],
    ],
  },
  {
    title: 'below such a share as many come in as bring it back to it',
    rule: { whenReadyBelow: 0.5 },
    steps: [[0, { primaries: 1, expected: 4 }, 1]],
  },
  {
    title: 'a share that is not a whole number of servers is rounded up',
    rule: { whenReadyBelow: 0.7 },
    steps: [
      [0, { primaries: 2, expected: 3 }, 1],
      [1, { primaries: 3, expected: 3 }, 1],
    ],
  },
  {
    title: 'a share that is a whole number only but for a hair is not',
    rule: { whenReadyBelow: 0.07 },
    steps: [[0, { primaries: 7, expected: 100 }, 0]],
  },
  {
    title: 'with a share of 0 only the last one counts',
    rule: { whenReadyBelow: 0 },
    steps: [
      [0, { primaries: 1 }, 0],
      [1, { primaries: 0 }, 1],
    ],
  },
  { title: 'no primary was ever expected: one serves', steps: [[0, { primaries: 0, expected: 0 }, 1]] },
  {
    title: 'without a primary all that demand needs come in at once, without waiting',
    rule: { whenReadyBelow: 0 },
    steps: [[0, { primaries: 0, demand: 15 }, 2]],
  },
  {
    title: 'without a primary more come in as demand grows, still without waiting',
    rule: { whenReadyBelow: 0 },
    steps: [
      [0, { primaries: 0, demand: 0 }, 1],
      [1, { primaries: 0, demand: 10 }, 2],
      [2, { primaries: 0, demand: 19 }, 3],
    ],
  },
  {
    title: 'the last primary dies while saturation was being waited for: all at once',
    rule: { whenReadyBelow: 0 },
    steps: [
      [0, { demand: 28 }, 0],
      [10, { primaries: 0, demand: 27 }, 3],
    ],
  },
  {
    title: 'demand of exactly the share is not above it',
    steps: [
      [0, { demand: 27 }, 0],
      [999, { demand: 27 }, 0],
    ],
  },
  {
    title: 'nor is demand that is above it only by a hair',
    rule: { whenBusyAbove: 0.57, busyForMs: 0 },
    steps: [[0, { demand: 57, more: { capacity: 100 } }, 0]],
  },
  {
    title: 'demand above it counts once it has lasted, not before',
    steps: [
      [0, { demand: 28 }, 0],
      [299, { demand: 28 }, 0],
      [300, { demand: 28 }, 1],
    ],
  },
  {
    title: 'a peak that is over before is none, and the next one is waited for from its own beginning',
    steps: [
      [0, { demand: 28 }, 0],
      [200, { demand: 5 }, 0],
      [250, { demand: 28 }, 0],
      [549, { demand: 28 }, 0],
      [550, { demand: 28 }, 1],
    ],
  },
  {
    title: 'the fewest that carry it come in, together where all were needed all the time',
    steps: [
      [0, { demand: 50 }, 0],
      [300, { demand: 50 }, 3],
    ],
  },
  {
    title: 'each has to have been needed for long enough by itself',
    steps: [
      [0, { demand: 28 }, 0],
      [290, { demand: 50 }, 0],
      [300, { demand: 50 }, 1],
      [590, { demand: 50 }, 3],
    ],
  },
  {
    title: 'a peak on top of saturation calls in no more than saturation does',
    steps: [
      [0, { demand: 28 }, 0],
      [300, { demand: 50 }, 1],
      [400, { demand: 28 }, 1],
      [900, { demand: 28 }, 1],
    ],
  },
  {
    title: 'backups count with the size they have: a large one is enough',
    steps: [
      [0, { demand: 50, more: { backupCapacity: [40, 10, 10] } }, 0],
      [300, { demand: 50, more: { backupCapacity: [40, 10, 10] } }, 1],
    ],
  },
  {
    title: 'demand beyond everything calls in all there are, not more',
    steps: [
      [0, { demand: 5000 }, 0],
      [300, { demand: 5000 }, 3],
    ],
  },
  {
    title: 'without waiting time it counts at once',
    rule: { busyForMs: 0 },
    steps: [[0, { demand: 28 }, 1]],
  },
  {
    title: 'lost primaries take their capacity along: loss at once, what is missing beyond it after the time',
    steps: [
      [0, { primaries: 2, demand: 30 }, 1],
      [300, { primaries: 2, demand: 30 }, 2],
    ],
  },
  {
    title: 'without maxconn saturation cannot be measured',
    steps: [
      [0, { demand: 9999, maxconn: 'none' }, 0],
      [9999, { demand: 9999, maxconn: 'none' }, 0],
    ],
  },
  {
    title: 'without maxconn losses count all the same, and are released by time alone',
    steps: [
      [0, { primaries: 2, demand: 9999, maxconn: 'none' }, 1],
      [10, { demand: 9999, maxconn: 'none' }, 1],
      [10_010, { demand: 9999, maxconn: 'none' }, 0],
    ],
  },
  {
    title: 'a backup without a limit is enough for any demand',
    steps: [
      [
        0,
        {
          primaries: 0,
          expected: 1,
          demand: 9999,
          more: { backupCapacity: [Number.POSITIVE_INFINITY, 1, 1] },
        },
        1,
      ],
    ],
  },
];

testBackups(cases);

test('backups without a rule serve all while no primary is usable, and no longer', () => {
  const decide = (primaries: number, demand: number) =>
    decideBackups(undefined, initialBackupState, measured({ primaries, demand }), 0).active;
  assert.deepEqual([decide(3, 9999), decide(1, 9999), decide(0, 0), decide(1, 0)], [0, 0, 3, 0]);
});

test('a decision says why, and keeps saying so until it changes', () => {
  const reasons: string[] = [];
  let state = initialBackupState;
  const steps: [number, Situation][] = [
    ...([
      [0, {}],
      [1, { primaries: 2 }],
      [2, { primaries: 2 }],
      [3, { primaries: 0 }],
    ] as [number, Situation][]),
    ...([
      [4, {}],
      [10_004, {}],
    ] as [number, Situation][]),
  ];
  for (const [atMs, situation] of steps) {
    const decision = decideBackups(rule, state, measured(situation), atMs);
    reasons.push(decision.reason);
    state = decision.state;
  }
  assert.deepEqual(reasons, [
    'primaries suffice',
    ...['2 of 3 primaries usable', '2 of 3 primaries usable'],
    ...['no primary is usable', 'no primary is usable'],
    'demand 0 stayed below 70% of 50',
  ]);
  const busy = decideBackups({ ...rule, busyForMs: 0 }, initialBackupState, measured({ demand: 28 }), 0);
  assert.equal(busy.reason, 'demand 28 is over 90% of 30');
});

test('a decision says when time alone changes it', () => {
  const due = (situation: Situation, state = initialBackupState) =>
    decideBackups(rule, state, measured(situation), 5).dueAtMs;
  assert.equal(due({}), undefined);
  assert.equal(due({ demand: 28 }), 305);
  assert.equal(due({}, { ...initialBackupState, wanted: 1 }), 10_005);
  assert.equal(due({ demand: 25 }, { ...initialBackupState, wanted: 1 }), undefined);
});
