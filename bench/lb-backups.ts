// Every trouble that backups are for, with hot and with cold ones, on both engines: how long until the first backup answers, and what it cost.

import type { BackupRule } from '../src/lb/backup/activation.ts';
import { type EngineName, engineNames } from '../src/lb/engine.ts';
import { Ended } from '../tests/support/ending.ts';
import { type Course, courseOf, type Trouble, troubles } from '../tests/support/lb/trouble.ts';
import { type Aim, type Bench, type Outcome, runBenches } from './measure/bench.ts';
import { median } from './measure/samples.ts';

const turns = Number(process.env.RELEVO_BENCH_TURNS ?? 5);
const starts = ['hot', 'cold'] as const;

/** As a BackendPolicy that says nothing; only that they leave sooner, so that it does not take all day. */
const usual: Omit<BackupRule, 'start'> = {
  ...{ whenReadyBelow: 1, whenBusyAbove: 0.9, busyForMs: 300, slowstart: false },
  ...{ releaseBusyBelow: 0.7, releaseAfterMs: 500 },
};

/** What hot backups are to reach: a lost primary is noticed at once, saturation has to last `busyForMs`. */
const aims: Readonly<Record<string, number>> = {
  '1 of 3 down at 80 % load': 100,
  'all primaries down': 100,
  'the last primary dies with a queue': 100,
  'double load': 1_000,
};

export const lbBackups: Bench = { name: 'lb-backups', needsOwnProcess: true, run };

interface Cell {
  readonly trouble: Trouble;
  readonly start: (typeof starts)[number];
  readonly engine: EngineName;
  readonly courses: Course[];
}

async function run(): Promise<Outcome> {
  const cells: Cell[] = troubles.flatMap((trouble) =>
    starts.flatMap((start) => engineNames.map((engine) => ({ trouble, start, engine, courses: [] }))),
  );
  for (let turn = 0; turn < turns; turn++) {
    for (const { trouble, start, engine, courses } of cells) {
      await using ending = new Ended();
      courses.push(await courseOf(ending, { name: engine, workers: 1 }, trouble, { ...usual, start }));
    }
  }
  const columns = [
    'trouble',
    'backups',
    'engine',
    'first answer (ms)',
    'errors',
    'pages',
    'turns back',
    'stranded',
  ];
  return {
    tables: [
      { title: `Three primaries in trouble (median of ${turns} turns)`, columns, rows: cells.map(rowOf) },
    ],
    aims: cells.flatMap(aimOf),
    notes: ['The first answer is counted from the blow and includes the 20 ms that each answer takes.'],
  };
}

function rowOf({ trouble, start, engine, courses }: Cell) {
  const all = (count: (course: Course) => number) => courses.reduce((sum, course) => sum + count(course), 0);
  return {
    ...{ trouble: trouble.name, backups: start, engine, 'first answer (ms)': firstAnswer(courses) },
    ...{ errors: all(({ asked }) => asked.errors.length), pages: all(({ asked }) => asked.pages) },
    ...{ 'turns back': all(turnsBack), stranded: all(({ stranded }) => stranded) },
  };
}

function firstAnswer(courses: readonly Course[]): number | undefined {
  const times = courses.flatMap(({ firstBackupMs }) => firstBackupMs ?? []);
  return times.length > 0 ? median(times) : undefined;
}

/** How often more were wanted after fewer: 0 is one rise and one fall. */
function turnsBack({ wanted }: Course): number {
  const rises = wanted.filter((count, index) => {
    const before = wanted[index - 1];
    return before !== undefined && count > before && (wanted[index - 2] ?? 0) > before;
  });
  return rises.length;
}

function aimOf({ trouble, start, engine, courses }: Cell): Aim[] {
  const limit = aims[trouble.name];
  if (limit === undefined || start === 'cold') return [];
  const value = firstAnswer(courses) ?? Number.NaN;
  return [{ what: `${trouble.name}, hot, ${engine}: first answer`, unit: 'ms', value, limit, is: 'at most' }];
}

if (import.meta.main) await runBenches([lbBackups]);
