// The load generator beside autocannon and wrk: each on one core, the server on the other, in turns within one run; and what 2,000 users cost.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../src/base/run-program.ts';
import { readResults } from '../src/load/results/results-file.ts';
import { freePort } from '../tests/support/free-port.ts';
import { startOrigins } from './lb/origins.ts';
import { Program } from './lb/program.ts';
import { requireTools } from './lb/tools.ts';
import { wrk } from './lb/wrk.ts';
import { type Bench, type Outcome, runBenches } from './measure/bench.ts';
import { processMemory } from './measure/process-memory.ts';
import { processTree } from './measure/process-tree.ts';
import { median } from './measure/samples.ts';
import { scratchDir } from './measure/scratch.ts';

const turns = Number(process.env.RELEVO_BENCH_TURNS ?? 5);
const seconds = 5;
const connections = 64;
const [clientCore, serverCore] = [0, 1];
const root = fileURLToPath(new URL('..', import.meta.url));
/** As users of the package have it: the sources cost memory that the bundles do not. */
const built = path.join(root, 'dist/relevo.js');
const manyUsers = 2_000;

export const load: Bench = { name: 'load', needsOwnProcess: true, run };

type Generator = (url: string, folder: string) => Promise<{ rate: number; p50?: number; p99?: number }>;

const generators: Readonly<Record<string, Generator>> = {
  'Relevo, everything recorded': (url, folder) => relevo(url, folder, ['--out', folder]),
  'Relevo, nothing written': (url, folder) => relevo(url, folder, []),
  autocannon,
  wrk: async (url) => ({ rate: await wrk({ url, core: clientCore, seconds, connections }) }),
};
const ours = 'Relevo, everything recorded';

async function relevo(url: string, folder: string, more: readonly string[]) {
  const json = more.length === 0 ? path.join(folder, '..', 'unused') : folder;
  const words = [
    built,
    'load',
    'run',
    url,
    '--users',
    connections,
    '--duration',
    `${seconds}s`,
    '--workers',
    1,
  ];
  const text = await runProgram([...pinned(process.execPath), ...words.map(String), ...more, '-o', 'json']);
  const { total } = more.length === 0 ? JSON.parse(text) : readResults(json);
  if (total.failed > 0) throw new Error(`${total.failed} requests failed`);
  return { rate: total.count / seconds, p50: total.naive.p50, p99: total.naive.p99 };
}

async function autocannon(url: string) {
  const program = path.join(root, 'node_modules/autocannon/autocannon.js');
  const words = [program, '-c', connections, '-d', seconds, '--json', '--no-progress', url].map(String);
  const result = JSON.parse(await runProgram([...pinned(process.execPath), ...words]));
  if (result.non2xx > 0 || result.errors > 0) throw new Error('autocannon met errors');
  return { rate: result.requests.total / result.duration, p50: result.latency.p50, p99: result.latency.p99 };
}

function pinned(program: string): string[] {
  return ['taskset', '-c', String(clientCore), program];
}

async function run(): Promise<Outcome> {
  requireTools();
  await runProgram([process.execPath, path.join(root, 'scripts/build.ts')]);
  using scratch = scratchDir('load');
  const origins = await startOrigins(scratch.path, serverCore);
  const url = `http://127.0.0.1:${origins.ports[0]}/small`;
  try {
    const rates = new Map<string, number[]>();
    for (let turn = 0; turn < turns; turn++) {
      for (const [name, generator] of Object.entries(generators)) {
        const { rate } = await generator(url, path.join(scratch.path, `${turn}-${name.length}`));
        rates.set(name, [...(rates.get(name) ?? []), rate]);
      }
    }
    return outcomeOf(rates, await memoryOfUsers(url), await percentiles(scratch.path));
  } finally {
    await origins.stop();
  }
}

type Percentiles = Readonly<Record<'p50' | 'p99', number>>;

/** Of answers that take known times, as we and as autocannon measure them, in turns: milliseconds. */
async function percentiles(folder: string): Promise<{ ours: Percentiles; theirs: Percentiles }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const entry = path.join(root, 'bench/load/delaying-server-process.ts');
  const server = await Program.start({
    ...{ words: [process.execPath, entry, String(port)], core: serverCore, answersOn: url },
  });
  const measured: Record<'ours' | 'theirs', Percentiles[]> = { ours: [], theirs: [] };
  try {
    for (let turn = 0; turn < turns; turn++) {
      measured.ours.push(await relevo(url, path.join(folder, `delayed-${turn}`), []));
      measured.theirs.push(await autocannon(url));
    }
  } finally {
    await server.stop();
  }
  const of = (who: 'ours' | 'theirs', what: 'p50' | 'p99') => median(measured[who].map((one) => one[what]));
  const both = (who: 'ours' | 'theirs') => ({ p50: of(who, 'p50'), p99: of(who, 'p99') });
  return { ours: both('ours'), theirs: both('theirs') };
}

/** MiB of all processes of the run together, the most of a look each tenth of a second. */
async function memoryOfUsers(url: string): Promise<{ proportional: number; rate: number }> {
  const words = ['load', 'run', url, '--users', String(manyUsers), '--ramp-up', '2s', '--think', '500ms'];
  const child = spawn(process.execPath, [built, ...words, '--duration', '12s', '-o', 'json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let most = 0;
  const timer = setInterval(() => {
    try {
      const used = processTree(child.pid as number).reduce(
        (sum, pid) => sum + processMemory(pid).proportional,
        0,
      );
      most = Math.max(most, used);
    } catch {
      // One of them has just ended.
    }
  }, 100);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => {
    text += piece;
  });
  await new Promise((resolve) => child.once('close', resolve));
  clearInterval(timer);
  const { total } = JSON.parse(text);
  if (total.failed > 0) throw new Error(`${total.failed} requests of ${manyUsers} users failed`);
  return { proportional: most, rate: total.throughputPerSecond };
}

function outcomeOf(
  rates: ReadonlyMap<string, readonly number[]>,
  users: { proportional: number; rate: number },
  { ours: told, theirs: toldByOthers }: { ours: Percentiles; theirs: Percentiles },
): Outcome {
  const of = (name: string) => median([...(rates.get(name) ?? [])]);
  const rows = [...rates.keys()].map((generator) => ({
    ...{ generator, 'requests/s': Math.round(of(generator)) },
    'beside autocannon': of(generator) / of('autocannon'),
    'beside wrk': of(generator) / of('wrk'),
  }));
  return {
    tables: [
      {
        title: `${connections} users on kept connections, 200 bytes, one core (median of ${turns} turns)`,
        columns: ['generator', 'requests/s', 'beside autocannon', 'beside wrk'],
        rows,
      },
    ],
    aims: [
      ...(['p50', 'p99'] as const).map((what) => ({
        ...{
          what: `${what} beside autocannon's, off by`,
          unit: 'share',
          limit: 0.05,
          is: 'at most' as const,
        },
        value: Math.abs(told[what] / toldByOthers[what] - 1),
      })),
      {
        what: 'beside autocannon, everything recorded',
        unit: 'times',
        value: of(ours) / of('autocannon'),
        limit: 1,
        is: 'at least',
      },
      {
        what: 'beside wrk, everything recorded',
        unit: 'times',
        value: of(ours) / of('wrk'),
        limit: 0.35,
        is: 'at least',
      },
      {
        what: `${manyUsers} users, all processes`,
        unit: 'MiB',
        value: users.proportional,
        limit: 300,
        is: 'at most',
      },
    ],
    notes: [
      `${manyUsers} users who think for half a second between requests asked ${Math.round(users.rate)} times a second.`,
    ],
  };
}

if (import.meta.main) await runBenches([load]);
