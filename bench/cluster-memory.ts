// How much memory a whole cluster of three nodes has without an application: all of its processes together.

import { setTimeout as wait } from 'node:timers/promises';
import { type Bench, type BenchOptions, type Outcome, runBenches } from './measure/bench.ts';
import { processMemory } from './measure/process-memory.ts';
import { median } from './measure/samples.ts';
import { scratchDir } from './measure/scratch.ts';
import { WholeCluster } from './measure/whole-cluster.ts';

const settleMs = 10_000;
const everyMs = 500;

export const clusterMemory: Bench = { name: 'cluster-memory', needsOwnProcess: true, run };

interface Part {
  readonly pid: number;
  readonly process: string;
  readonly resident: number[];
  readonly proportional: number[];
}

async function run({ network }: BenchOptions): Promise<Outcome> {
  using scratch = scratchDir('cluster-memory');
  const cluster = await WholeCluster.up({ home: scratch.path, network });
  try {
    return outcomeOf(await settled(cluster));
  } finally {
    await cluster.stop();
  }
}

/** Samples of the second half of the time: neither the peak of the start nor what idle processes give back after minutes. */
async function settled(cluster: WholeCluster): Promise<Part[]> {
  await wait(settleMs / 2);
  const parts = cluster.processes().map(({ pid, name }): Part => {
    return { pid, process: name, resident: [], proportional: [] };
  });
  for (const began = performance.now(); performance.now() - began < settleMs / 2; await wait(everyMs)) {
    for (const part of parts) {
      const { resident, proportional } = processMemory(part.pid);
      part.resident.push(resident);
      part.proportional.push(proportional);
    }
  }
  return parts;
}

function outcomeOf(parts: readonly Part[]): Outcome {
  const rows = parts
    .map(({ process, resident, proportional }) => {
      return { process, resident: median(resident), proportional: median(proportional) };
    })
    .sort((a, b) => b.proportional - a.proportional);
  const sum = (field: 'resident' | 'proportional') => rows.reduce((total, row) => total + row[field], 0);
  const total = { process: 'together', resident: sum('resident'), proportional: sum('proportional') };
  const columns = ['process', 'resident', 'proportional'];
  const title = 'Memory of a cluster of three nodes without an application (MiB)';
  const what = 'the whole cluster, proportional';
  const aim = { what, value: total.proportional, unit: 'MiB', limit: 350, is: 'at most' } as const;
  return { tables: [{ title, columns, rows: [...rows, total] }], aims: [aim] };
}

if (import.meta.main) await runBenches([clusterMemory]);
