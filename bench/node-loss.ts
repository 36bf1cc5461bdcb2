// What users notice when a node is stopped under load, and how long it takes until its replicas are replaced: a drill, several times.

import path from 'node:path';
import { runDrill } from '../src/drill/run/run-drill.ts';
import { readScenario } from '../src/drill/scenario/read-scenario.ts';
import type { RunEvidence } from '../src/drill/verdict/evidence.ts';
import { balancerOf, openAccess } from '../src/drill/world/open-access.ts';
import { type Bench, type BenchOptions, type Outcome, runBenches } from './measure/bench.ts';
import { median } from './measure/samples.ts';
import { scratchDir } from './measure/scratch.ts';
import { webDeployment, webService } from './measure/web-application.ts';
import { WholeCluster } from './measure/whole-cluster.ts';

const turns = Number(process.env.RELEVO_BENCH_TURNS ?? 5);
const ratePerSecond = 200;

/** Some requests are always in flight on each replica. */
const scenario = readScenario(
  `
title: { en: A node is stopped }
area: resistance
target: { service: ${webService.metadata.name} }
load: { rate: ${ratePerSecond}/s, path: "/slow?ms=50" }
faults: [{ fault: node-stop, for: 12s }]
expect: { trafficRto: "<=1s", capacityRto: "<=10s" }
`,
  'node-loss.yml',
);

export const nodeLoss: Bench = { name: 'node-loss', needsOwnProcess: true, run };

async function run({ network }: BenchOptions): Promise<Outcome> {
  using scratch = scratchDir('node-loss');
  const runs: RunEvidence[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const home = path.join(scratch.path, String(turn));
    const cluster = await WholeCluster.up({ home, network, manifests: [webDeployment, webService] });
    try {
      runs.push(await drillOn(home));
    } finally {
      await cluster.stop();
    }
  }
  return outcomeOf(runs);
}

async function drillOn(home: string): Promise<RunEvidence> {
  const access = { type: 'own', name: 'default', home } as const;
  const balancer = await balancerOf(access);
  const { world, close } = await openAccess(access, {
    stateFolder: path.join(home, 'drills'),
    mayRunCommands: false,
  });
  try {
    const { runs } = await runDrill(
      scenario,
      { ...world, balancer },
      {
        ...{ signal: new AbortController().signal, onProgress: () => {}, command: 'bench/node-loss.ts' },
        applications: { read: async () => [], apply: async () => {} },
      },
    );
    const [evidence] = runs;
    if (!evidence || evidence.verdict === 'inconclusive') {
      throw new Error(`nothing was measured: ${evidence?.reasons.map(({ en }) => en).join('; ')}`);
    }
    return evidence;
  } finally {
    await close();
  }
}

function outcomeOf(runs: readonly RunEvidence[]): Outcome {
  const of = (what: 'trafficRto' | 'capacityRto') =>
    runs.map(({ measured }) => (measured[what]?.value ?? Number.NaN) / 1000);
  const rows = runs.map(({ accounting, clockUncertaintyMs }, turn) => ({
    ...{ turn: turn + 1, requests: accounting.sent, failures: accounting.bySample.failed },
    ...{ 'traffic RTO': of('trafficRto')[turn], 'capacity RTO': of('capacityRto')[turn] },
    'clocks (ms)': clockUncertaintyMs,
  }));
  const columns = ['turn', 'requests', 'failures', 'traffic RTO', 'capacity RTO', 'clocks (ms)'];
  const title = `A node is stopped under ${ratePerSecond} requests a second of 50 ms each (s)`;
  const aim = { unit: 's', is: 'at most' } as const;
  return {
    tables: [{ title, columns, rows }],
    aims: [
      { what: 'traffic RTO, the longest', value: Math.max(...of('trafficRto')), limit: 1, ...aim },
      { what: 'capacity RTO, median', value: median(of('capacityRto')), limit: 10, ...aim },
    ],
    notes: [
      'Both times are from the moment at which the fault was proven; requests are those of the whole drill.',
    ],
  };
}

if (import.meta.main) await runBenches([nodeLoss]);
