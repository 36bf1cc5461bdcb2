// How long the control plane takes from the start of its process to the first 200 of /readyz: a first start, a later one, one with
// 10,000 objects, and one after it was killed.

import path from 'node:path';
import { type BareServer, startBareServer } from './measure/bare-server.ts';
import { type Bench, type Outcome, runBenches } from './measure/bench.ts';
import { ConfigMaps } from './measure/config-maps.ts';
import { type ControlPlane, startControlPlane } from './measure/control-plane.ts';
import type { Endpoint } from './measure/endpoint.ts';
import { Load } from './measure/load.ts';
import { median } from './measure/samples.ts';
import { scratchDir } from './measure/scratch.ts';

const turns = 5;
const objects = 10_000;

export const startup: Bench = { name: 'startup', needsOwnProcess: true, run };

/** Milliseconds of every turn. */
type Times = Record<'bare' | 'cold' | 'first' | 'later' | 'full' | 'killed', number[]>;

async function run(): Promise<Outcome> {
  using scratch = scratchDir('startup');
  const times: Times = { bare: [], cold: [], first: [], later: [], full: [], killed: [] };
  const dir = (name: string | number) => path.join(scratch.path, String(name));
  const start = (name: number) => startControlPlane({ dir: dir(name) });
  for (let turn = 0; turn < turns; turn++) {
    times.bare.push(await readyAndStopped(startBareServer(dir('bare'))));
    const cold = startControlPlane({ dir: dir(`cold-${turn}`), codeCache: dir(`code-${turn}`) });
    times.cold.push(await readyAndStopped(cold));
    times.first.push(await readyAndStopped(start(turn)));
    times.later.push(await readyAndStopped(start(turn)));
  }
  const filled = await start(0);
  await fill(filled.endpoint);
  await filled.stop();
  for (let turn = 0; turn < turns; turn++) {
    times.full.push(await readyAndStopped(start(0)));
    await (await start(0)).child.kill();
    times.killed.push(await readyAndStopped(start(0)));
  }
  return outcomeOf(times);
}

async function readyAndStopped(starting: Promise<ControlPlane | BareServer>): Promise<number> {
  const { readyMs, stop } = await starting;
  await stop();
  return readyMs;
}

async function fill(endpoint: Endpoint): Promise<void> {
  const load = new Load(endpoint, 64);
  const maps = new ConfigMaps('default');
  await load.drive({ count: objects, status: 201, request: (i) => maps.create(`object-${i}`) });
  await load.close();
}

function outcomeOf(times: Times): Outcome {
  const bare = median(times.bare);
  const rowOf = (start: string, ms: number[]) => {
    const middle = median(ms);
    return {
      start,
      median: middle,
      best: Math.min(...ms),
      worst: Math.max(...ms),
      'times bare': middle / bare,
    };
  };
  const count = objects.toLocaleString('en');
  const rows = [
    rowOf('a bare HTTPS server in Node', times.bare),
    rowOf('the very first: nothing compiled, no certificates', times.cold),
    rowOf('the first of another cluster: no certificates', times.first),
    rowOf('a later one', times.later),
    rowOf(`with ${count} objects`, times.full),
    rowOf(`with ${count} objects, after kill -9`, times.killed),
  ];
  const columns = ['start', 'median', 'best', 'worst', 'times bare'];
  const title = `Startup: process started → /readyz answers 200 (ms, ${turns} turns)`;
  const aim = { unit: 'ms', is: 'at most' } as const;
  const aims = [
    { what: 'API ready, the very first start', value: median(times.cold), limit: 1_000, ...aim },
    { what: `restart with ${count} objects`, value: median(times.full), limit: 1_500, ...aim },
  ];
  return { tables: [{ title, columns, rows }], aims };
}

if (import.meta.main) await runBenches([startup]);
