// How long a user waits from typing `relevo up -f …` until three replicas have answered, each at least once, through their Service.

import path from 'node:path';

import { bareWebStartMs } from './measure/bare-web.ts';
import { type Bench, type BenchOptions, type Outcome, runBenches } from './measure/bench.ts';
import { firstAnswer } from './measure/first-answer.ts';
import { median } from './measure/samples.ts';
import { scratchDir } from './measure/scratch.ts';
import { webDeployment, webService } from './measure/web-application.ts';
import { type ClusterOrder, WholeCluster } from './measure/whole-cluster.ts';

const turns = 5;
const replicas = webDeployment.spec.replicas;

export const up: Bench = { name: 'up', needsOwnProcess: true, run };

/** Milliseconds since the command was started. */
interface Times {
  readonly command: number;
  readonly first: number;
  readonly all: number;
}

async function run({ network }: BenchOptions): Promise<Outcome> {
  using scratch = scratchDir('up');
  const bare: number[] = [];
  const times: Record<'cold' | 'fresh' | 'again', Times[]> = { cold: [], fresh: [], again: [] };
  for (let turn = 0; turn < turns; turn++) {
    bare.push(await bareWebStartMs());
    const home = path.join(scratch.path, String(turn));
    const cold = { home: path.join(home, 'cold'), codeCache: path.join(home, 'code'), network };
    times.cold.push(await timesOf(cold));
    const order = { home: path.join(home, 'fresh'), network };
    times.fresh.push(await timesOf(order));
    times.again.push(await timesOf(order));
  }
  return outcomeOf(times, median(bare));
}

async function timesOf(order: ClusterOrder): Promise<Times> {
  const cluster = await WholeCluster.up({ ...order, manifests: [webDeployment, webService] });
  try {
    const seen = new Set<string>();
    const url = cluster.urlOf(webService.metadata.name);
    const since = () => performance.now() - cluster.startedAt;
    const command = cluster.upAt - cluster.startedAt;
    await firstAnswer(url);
    const first = since();
    await firstAnswer(url, (body) => {
      seen.add((JSON.parse(body) as { pod: string }).pod);
      return seen.size === replicas;
    });
    return { command, first, all: since() };
  } finally {
    await cluster.stop();
  }
}

function outcomeOf(times: Record<string, Times[]>, bare: number): Outcome {
  const of = (name: string, field: keyof Times) => median((times[name] ?? []).map((each) => each[field]));
  const rowOf = (start: string, name: string) => ({
    start,
    'the command ends': of(name, 'command'),
    'first answer': of(name, 'first'),
    'all have answered': of(name, 'all'),
    'times bare': of(name, 'all') / bare,
  });
  const rows = [
    { start: 'one replica, started by hand', 'all have answered': bare, 'times bare': 1 },
    rowOf('the very first: nothing compiled, no certificates', 'cold'),
    rowOf('a new cluster', 'fresh'),
    rowOf('the same cluster again', 'again'),
  ];
  const columns = ['start', 'the command ends', 'first answer', 'all have answered', 'times bare'];
  const title = `relevo up -f … → ${replicas} replicas have answered (ms, median of ${turns} turns)`;
  const aim = { what: `a new cluster: ${replicas} replicas have answered`, unit: 'ms', limit: 2_000 };
  return { tables: [{ title, columns, rows }], aims: [{ ...aim, value: of('fresh', 'all'), is: 'at most' }] };
}

if (import.meta.main) await runBenches([up]);
