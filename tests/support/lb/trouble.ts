// The matrix of troubles that backups are for: what happens to three primaries under load, how it ends, and what users and the engine made of it.

import type { BackupRule } from '../../../src/lb/backup/activation.ts';
import { totalOf } from '../../../src/lb/outcome.ts';
import type { Ending } from '../ending.ts';
import { eventually } from '../eventually.ts';
import { EngineWorld, type Subject } from './engine-world.ts';
import { type Asked, Lanes } from './lanes.ts';
import { quickCheck, serverOf } from './models.ts';
import { Origin } from './origin.ts';
import { ColdStandby, HotStandby, type Standby } from './standby.ts';

/** Each server answers so many at once, and each answer takes so long. */
const maxconn = 4;
const delayMs = 20;
const patienceMs = 20_000;
/** So few that backups leave: below 70 % of 12. */
const fewUsers = 4;

interface Stage {
  readonly world: EngineWorld;
  readonly primaries: readonly Origin[];
  readonly standby: Standby;
  readonly load: Lanes;
}

export interface Trouble {
  readonly name: string;
  readonly rule?: Partial<BackupRule>;
  /** How many users there are; three primaries take 12 at once. */
  readonly users: number;
  /** Before it: what has to be so, and is no trouble yet. */
  prepare?(stage: Stage): Promise<void>;
  strike(stage: Stage): Promise<void>;
  mend?(stage: Stage): Promise<void>;
  /** How many backups it takes, where there are enough. */
  readonly calls: number;
  /** Nobody is left to answer. */
  readonly total?: boolean;
}

const stopAll = async ({ primaries }: Stage) => {
  await Promise.all(primaries.map((origin) => origin.stop()));
};
const startAll = async ({ primaries }: Stage) => {
  await Promise.all(primaries.map((origin) => origin.start()));
};
const doubleUsers = async (stage: Stage) => {
  stage.load.width = 20;
};

export const troubles: readonly Trouble[] = [
  {
    ...{ name: '1 of 3 down at 80 % load', users: 10, calls: 1 },
    strike: async ({ primaries }) => primaries[0]?.stop(),
    mend: async ({ primaries }) => primaries[0]?.start(),
  },
  { name: 'double load', users: 10, calls: 3, strike: doubleUsers },
  { name: 'all primaries down', users: 10, calls: 3, strike: stopAll, mend: startAll },
  {
    ...{ name: 'everything down', users: 10, calls: 3, total: true },
    strike: async (stage) => void (await Promise.all([stopAll(stage), stage.standby.break()])),
    mend: async (stage) => void (await Promise.all([startAll(stage), stage.standby.mend()])),
  },
  {
    ...{ name: 'the last primary dies with a queue', users: 20, calls: 3 },
    // Nobody comes before there is no primary at all.
    rule: { whenReadyBelow: 0, busyForMs: 600_000 },
    prepare: async ({ world, primaries }) => {
      await Promise.all(primaries.slice(1).map((origin) => origin.stop()));
      await eventually(async () => (await world.backend()).queued >= 12, patienceMs);
    },
    strike: async ({ primaries }) => primaries[0]?.stop(),
    mend: startAll,
  },
];

export interface Course {
  readonly asked: Asked;
  /** From the blow to the first answer of a backup, with the 20 ms that an answer takes; undefined: there was none. */
  readonly firstBackupMs: number | undefined;
  /** How many backups were wanted, after each change. */
  readonly wanted: readonly number[];
  /** Requests that nobody ended, when all users had gone. */
  readonly stranded: number;
  /** As the engine counted; all its bins together. */
  readonly requests: number;
  readonly binned: number;
}

/** `rule` is how backups come and go where the trouble says nothing else. */
export async function courseOf(
  t: Ending,
  subject: Subject,
  trouble: Trouble,
  rule: BackupRule,
): Promise<Course> {
  const stage = await setTheStage(t, subject, { ...rule, ...trouble.rule });
  const { world, load, standby } = stage;
  load.width = trouble.users;
  await answers(load, 3 * trouble.users);
  await trouble.prepare?.(stage);
  const blowAt = performance.now();
  await trouble.strike(stage);
  await untilItIsBorne(stage, trouble);
  await trouble.mend?.(stage);
  load.width = fewUsers;
  // Those that were called may have died before: that is not yet the end of it.
  if (trouble.total) await world.untilActive('p1', 'p2', 'p3');
  await eventually(() => (wantedOf(world).at(-1) ?? 0) === 0, patienceMs);
  await standby.settle();
  await answers(load, 2 * fewUsers);
  const asked = await load.stop();
  const firstAt = load.firstAnswerOf(rule.start === 'hot' ? 'b' : 'c');
  return {
    ...{ asked, wanted: wantedOf(world), ...(await accounts(world)) },
    firstBackupMs: firstAt === undefined ? undefined : firstAt - blowAt,
  };
}

async function setTheStage(t: Ending, subject: Subject, rule: BackupRule): Promise<Stage> {
  const primaries = await Promise.all(['p1', 'p2', 'p3'].map((name) => Origin.start(t, name)));
  for (const origin of primaries) origin.delayMs = delayMs;
  const world = await EngineWorld.open(t, subject);
  const hot = rule.start === 'hot' ? await HotStandby.start(t, delayMs) : undefined;
  const standby = hot ?? new ColdStandby(t, world, delayMs);
  await world.apply({
    servers: [...primaries.map((origin) => serverOf(origin)), ...(hot?.servers ?? [])],
    backend: {
      ...{ maxconn, check: quickCheck, backup: rule, expectedPrimaries: 3 },
      // Long enough for whoever is started, short enough to see that nobody comes.
      queue: { timeoutMs: 1_500, max: 1_000 },
    },
  });
  await world.untilActive('p1', 'p2', 'p3');
  return { world, primaries, standby, load: new Lanes(world.port) };
}

/** Backups carry the load; or users have had their pages. */
async function untilItIsBorne({ world, load, standby }: Stage, { calls, users, total }: Trouble) {
  if (total) {
    const { pages } = load.asked;
    return void (await eventually(() => load.asked.pages >= pages + users, patienceMs));
  }
  await eventually(async () => (await world.backend()).backupsActive >= calls, patienceMs);
  await standby.settle();
  await answers(load, 5 * users);
}

/** So many more answers. */
async function answers(load: Lanes, count: number): Promise<void> {
  const { ok } = load.asked;
  await eventually(() => load.asked.ok >= ok + count, patienceMs);
}

function wantedOf(world: EngineWorld): number[] {
  const wanted = world.events.flatMap((event) => (event.type === 'backups' ? [event.wanted] : []));
  return wanted.filter((count, index) => count !== wanted[index - 1]);
}

async function accounts(world: EngineWorld): Promise<Pick<Course, 'stranded' | 'requests' | 'binned'>> {
  const { queued, inFlight } = await eventually(async () => {
    const backend = await world.backend();
    return backend.queued + backend.inFlight === 0 ? backend : undefined;
  }).catch(() => world.backend());
  const { requests, bins } = await world.frontend();
  return { stranded: queued + inFlight, requests, binned: totalOf(bins) };
}
