// How many requests a second the API answers, and how long each takes, at 1, 32 and 128 connections: writes, reads, lists; syncs per write.

import path from 'node:path';
import { programOnPath } from '../scripts/testing/programs.ts';
import { startBareServer } from './measure/bare-server.ts';
import { type Aim, type Bench, type BenchOptions, type Outcome, runBenches } from './measure/bench.ts';
import { ConfigMaps } from './measure/config-maps.ts';
import { Contest, type Contestants, contestColumns } from './measure/contest.ts';
import { startControlPlane } from './measure/control-plane.ts';
import { SyncCounter, syncsPerSecond } from './measure/disk.ts';
import { type Endpoint, endpointOfFile } from './measure/endpoint.ts';
import { Load } from './measure/load.ts';
import { scratchDir } from './measure/scratch.ts';
import { openSubject, ownNamespace } from './measure/subject.ts';
import type { Table } from './measure/table.ts';

const turns = 3;
const connectionCounts = [1, 32, 128];
const listed = 5_000;
const columns = contestColumns;

export const api: Bench = { name: 'api', run };

async function run(options: BenchOptions): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(scratchDir('api')).path;
  const { endpoint: subject, own } = await openSubject(options, dir, stack);
  const bare = await startBareServer(path.join(dir, 'bare'));
  stack.defer(() => bare.stop());
  const beside = options.beside === undefined ? undefined : await endpointOfFile(options.beside);
  const contests = await contest({ subject, pid: own?.child.pid, bare, beside }, stack);
  const lives = {
    title: 'API: single objects (latencies in ms)',
    columns,
    rows: contests.lives.flatMap((c) => c.rows()),
  };
  const lists = {
    title: 'API: lists (latencies in ms)',
    columns,
    rows: contests.lists.flatMap((c) => c.rows()),
  };
  const tables: Table[] = [lives, lists, ...(own ? [await syncsTable(dir, contests.lives)] : [])];
  const notes = [
    '"of bare": the rate as a share of what a server reaches that only answers the same bytes over HTTPS, and syncs what it is sent.',
    '"CPU": processor time of the whole control plane, controllers included; unlike the rates it hardly changes when the machine is busy.',
  ];
  return { tables, aims: aimsOf(contests), notes };
}

interface Contests {
  readonly lives: readonly Contest[];
  readonly lists: readonly Contest[];
}

async function contest(contestants: Contestants, stack: AsyncDisposableStack): Promise<Contests> {
  for (const endpoint of [contestants.subject, contestants.beside]) {
    if (endpoint) await fill(endpoint, stack);
  }
  const open = () =>
    connectionCounts.map((connections) =>
      stack.adopt(new Contest(contestants, connections), (c) => c.close()),
    );
  const warming = stack.adopt(new Contest(contestants, 32), (c) => c.close());
  const contests = { lives: open(), lists: open() };
  const lives = new ConfigMaps('bench-api');
  const lists = new ConfigMaps('bench-lists');
  for (const each of [warming, ...contests.lives, ...contests.lists]) await each.warm();
  await warming.turn(lives.life('warming', 2_000));
  for (let turn = 0; turn < turns; turn++) {
    for (const each of contests.lives) {
      const count = each.connections === 1 ? 500 : 4_000;
      await each.turn(lives.life(`${each.connections}-${turn}`, count));
    }
    for (const each of contests.lists) await each.turn(lists.lists(each.connections));
  }
  return contests;
}

/** What has to be there before anything is measured. */
async function fill(endpoint: Endpoint, stack: AsyncDisposableStack): Promise<void> {
  await ownNamespace(endpoint, 'bench-api', stack);
  await ownNamespace(endpoint, 'bench-lists', stack);
  const lists = new ConfigMaps('bench-lists');
  const load = new Load(endpoint, 32);
  await load.drive({ count: listed, status: 201, request: (i) => lists.create(`item-${i}`, i % 10) });
  await load.close();
}

/** On a control plane of its own that runs under strace. */
async function syncsTable(dir: string, lives: readonly Contest[]): Promise<Table> {
  const rates = {
    title: 'API: durability',
    columns: ['connections', 'syncs per create', 'creates per sync of the disk'],
  };
  const possible = syncsPerSecond(dir);
  const counted = programOnPath('strace') ? await countSyncs(path.join(dir, 'counted')) : undefined;
  const rows = lives.map((contest, i) => ({
    connections: contest.connections,
    'syncs per create': counted?.[i] ?? 'not counted: strace is missing',
    'creates per sync of the disk': contest.sample('create').perSecond / possible,
  }));
  return { ...rates, rows };
}

async function countSyncs(dir: string): Promise<number[]> {
  await using stack = new AsyncDisposableStack();
  const counter = new SyncCounter(dir);
  const { endpoint, stop } = await startControlPlane({ dir, under: counter.under });
  stack.defer(stop);
  const perWrite: number[] = [];
  for (const connections of connectionCounts) {
    const load = stack.adopt(new Load(endpoint, connections), (l) => l.close());
    await load.warm();
    const count = connections === 1 ? 300 : 3_000;
    const before = counter.count();
    const maps = new ConfigMaps('default');
    await load.drive({ count, status: 201, request: (i) => maps.create(`${connections}-${i}`) });
    perWrite.push((counter.count() - before) / count);
  }
  return perWrite;
}

function aimsOf({ lives, lists }: Contests): Aim[] {
  const at32 = (name: string) =>
    lives.find(({ connections }) => connections === 32)?.sample(name).perSecond ?? 0;
  const list = lists.find(({ connections }) => connections === 1)?.sample('list of 5,000').p50 ?? 0;
  const rate = { unit: 'per second', limit: 5_000, is: 'at least' } as const;
  return [
    { what: 'durable creates at 32 connections', value: at32('create'), ...rate },
    { what: 'gets at 32 connections', value: at32('get'), ...rate },
    { what: 'list of 5,000', value: list, unit: 'ms', limit: 60, is: 'at most' },
  ];
}

if (import.meta.main) await runBenches([api]);
