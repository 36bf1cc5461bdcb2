// How backups leave, and how those that are not there (down, cold) are counted.

import { type BackupCase, testBackups } from '../../../tests/support/lb/backup-case.ts';

const cases: readonly BackupCase[] = [
  {
    title: 'a backup stays for the whole time after its primary is back',
    steps: [
      [0, { primaries: 2 }, 1],
      [100, {}, 1],
      [10_099, {}, 1],
      [10_100, {}, 0],
    ],
  },
  {
    title: 'they leave one at a time, each after the whole time',
    steps: [
      [0, { primaries: 0 }, 3],
      [100, {}, 3],
      [10_100, {}, 2],
      [10_101, {}, 2],
      [20_099, {}, 2],
      [20_100, {}, 1],
      [30_100, {}, 0],
    ],
  },
  {
    title: 'one at a time even without a release time, and even if nobody looked for an hour',
    rule: { releaseAfterMs: 0 },
    steps: [
      [0, { primaries: 0 }, 3],
      [3_600_000, {}, 2],
      [3_600_000, {}, 1],
      [3_600_000, {}, 0],
    ],
  },
  {
    title: 'demand between the two shares keeps it, however long',
    steps: [
      [0, { demand: 28 }, 0],
      [300, { demand: 28 }, 1],
      [400, { demand: 21 }, 1],
      [99_999, { demand: 21 }, 1],
    ],
  },
  {
    title: 'demand has to be low without interruption',
    steps: [
      [0, { demand: 28 }, 0],
      [300, { demand: 28 }, 1],
      [1_000, { demand: 20 }, 1],
      [10_000, { demand: 21 }, 1],
      [10_001, { demand: 20 }, 1],
      [20_000, { demand: 20 }, 1],
      [20_001, { demand: 20 }, 0],
    ],
  },
  {
    title: 'what is low is measured against what is left, other backups included',
    steps: [
      [0, { demand: 40 }, 0],
      [300, { demand: 40 }, 2],
      [400, { demand: 27 }, 2],
      [10_400, { demand: 27 }, 1],
      [99_999, { demand: 27 }, 1],
    ],
  },
  {
    title: 'one that still makes up for a loss stays, idle as it may be',
    steps: [
      [0, { primaries: 1 }, 2],
      [100, { primaries: 2 }, 2],
      [10_100, { primaries: 2 }, 1],
      [99_999, { primaries: 2 }, 1],
    ],
  },
  {
    title: 'a rule that releases above what it activates at does not oscillate',
    rule: { whenBusyAbove: 0.5, releaseBusyBelow: 0.9, busyForMs: 0, releaseAfterMs: 0 },
    steps: [
      [0, { demand: 20 }, 1],
      [1, { demand: 20 }, 1],
      [2, { demand: 20 }, 1],
    ],
  },
  {
    title: 'a backup that goes down is not active, and is again when it is back',
    steps: [
      [0, { primaries: 1 }, 2],
      [1, { primaries: 1, backups: 1, more: { backupsAtMost: 3 } }, { active: 1, wanted: 2 }],
      [2, { primaries: 1 }, 2],
    ],
  },
  {
    title: 'another one takes the place of a backup that is down',
    steps: [[0, { primaries: 2, backups: 2, more: { backupsAtMost: 3 } }, 1]],
  },
  {
    title: 'cold ones are wanted before they are there',
    rule: { start: 'cold' },
    steps: [
      [0, { primaries: 1, backups: 0 }, { active: 0, wanted: 2 }],
      [1_000, { primaries: 1, backups: 1 }, { active: 1, wanted: 2 }],
      [2_000, { primaries: 1, backups: 2 }, 2],
    ],
  },
  {
    title: 'of cold ones so many are wanted as the size that they will have asks for',
    rule: { start: 'cold', busyForMs: 0 },
    steps: [
      [0, { demand: 45, backups: 0, more: { nextCapacity: 5 } }, { active: 0, wanted: 4 }],
      [1, { demand: 45, backups: 4, more: { nextCapacity: 5, backupCapacity: [5, 5, 5, 5] } }, 4],
    ],
  },
  {
    title: 'a size that nobody told is taken for that of the backups that are there',
    rule: { start: 'cold', busyForMs: 0 },
    steps: [[0, { demand: 45, backups: 1, more: { backupCapacity: [5] } }, { active: 1, wanted: 4 }]],
  },
  {
    title: 'without those it is taken for that of the primaries',
    rule: { start: 'cold', busyForMs: 0 },
    steps: [[0, { demand: 45, backups: 0 }, { active: 0, wanted: 2 }]],
  },
  {
    title: 'more cold ones than there can be are not wanted',
    rule: { start: 'cold', busyForMs: 0 },
    steps: [[0, { demand: 900, backups: 0, more: { backupsAtMost: 2 } }, { active: 0, wanted: 2 }]],
  },
  {
    title: 'without any size one cold one is wanted where there is no primary',
    rule: { start: 'cold', whenReadyBelow: 0 },
    steps: [[0, { primaries: 0, backups: 0, demand: 900 }, { active: 0, wanted: 1 }]],
  },
  {
    title: 'a share that no number of backups would do for asks for those that are there',
    rule: { start: 'cold', whenBusyAbove: 0, busyForMs: 0 },
    steps: [[0, { demand: 900, backups: 2 }, 2]],
  },
  {
    title: 'one that is not wanted any more leaves even where nothing is left, when there is nothing to do',
    rule: { start: 'cold' },
    steps: [
      [0, { primaries: 0, backups: 0 }, { active: 0, wanted: 3 }],
      [1, { primaries: 0, expected: 2, backups: 0 }, { active: 0, wanted: 3 }],
      [10_001, { primaries: 0, expected: 2, backups: 0 }, { active: 0, wanted: 2 }],
    ],
  },
  {
    title: 'cold ones that are not there yet do not count as what is left',
    rule: { start: 'cold' },
    steps: [
      [0, { primaries: 1, expected: 3, backups: 0, demand: 8 }, { active: 0, wanted: 2 }],
      [50_000, { primaries: 2, expected: 3, backups: 0, demand: 14 }, { active: 0, wanted: 2 }],
      [99_999, { primaries: 2, expected: 3, backups: 0, demand: 14 }, { active: 0, wanted: 2 }],
    ],
  },
  {
    title:
      'the queue that cold ones are to serve runs into its time-out: they are wanted until the release time is over',
    rule: { start: 'cold' },
    steps: [
      [0, { demand: 60, backups: 0 }, 0],
      [300, { demand: 60, backups: 0 }, { active: 0, wanted: 4 }],
      [2_300, { demand: 10, backups: 0 }, { active: 0, wanted: 4 }],
      [12_299, { demand: 10, backups: 4 }, 4],
      [12_300, { demand: 10, backups: 4 }, 3],
    ],
  },
];

testBackups(cases);
