// What users notice when a node of plain processes is stopped under load, and how long it takes until its replicas are replaced.

import path from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import { demoDeployment, demoService } from '../src/cli/demo/manifests.ts';
import { playRound, type RoundResult } from '../src/cli/demo/round.ts';
import { Scene } from '../src/cli/demo/scene.ts';
import { type Sample, Traffic } from '../src/cli/demo/traffic.ts';
import { type Bench, type BenchOptions, type Outcome, runBenches } from './measure/bench.ts';
import { firstAnswer } from './measure/first-answer.ts';
import { median, percentile } from './measure/samples.ts';
import { scratchDir } from './measure/scratch.ts';
import { WholeCluster } from './measure/whole-cluster.ts';

const turns = 5;
const ratePerSecond = 200;
const limitMs = 1_000;
const steadyMs = 2_000;
/** Some requests are always in flight on each replica. */
const question = '/slow?ms=50';

export const nodeLoss: Bench = { name: 'node-loss', needsOwnProcess: true, run };

async function run({ network }: BenchOptions): Promise<Outcome> {
  using scratch = scratchDir('node-loss');
  const rounds: RoundResult[] = [];
  const lags: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const home = path.join(scratch.path, String(turn));
    const cluster = await WholeCluster.up({ home, network, manifests: [demoDeployment, demoService] });
    try {
      rounds.push(await roundOn(cluster, ({ sentAt, dueAt }) => lags.push(sentAt - dueAt)));
    } finally {
      await cluster.stop();
    }
  }
  return outcomeOf(
    rounds,
    percentile(
      lags.sort((a, b) => a - b),
      0.99,
    ),
  );
}

async function roundOn(cluster: WholeCluster, onSample: (sample: Sample) => void): Promise<RoundResult> {
  const clock = systemClock;
  const url = cluster.urlOf(demoService.metadata.name);
  await everyReplicaAnswers(url);
  const scene = new Scene(cluster.client, 'app=web', clock);
  const traffic = new Traffic({ url: `${url}${question}`, ratePerSecond, limitMs, clock });
  traffic.samples.subscribe(onSample);
  try {
    await scene.start();
    traffic.start();
    await new Promise((resolve) => setTimeout(resolve, steadyMs));
    return await playRound({
      ...{ machinery: cluster.machinery, scene, samples: traffic.samples, clock },
      ...{ replicas: demoDeployment.spec.replicas, signal: new AbortController().signal, onStep: () => {} },
    });
  } finally {
    await traffic.close();
    await scene.close();
  }
}

async function everyReplicaAnswers(url: string): Promise<void> {
  const seen = new Set<string>();
  await firstAnswer(url, (body) => {
    seen.add((JSON.parse(body) as { pod: string }).pod);
    return seen.size === demoDeployment.spec.replicas;
  });
}

function outcomeOf(rounds: readonly RoundResult[], lag: number): Outcome {
  const rows = rounds.map(({ requests, failures, trafficRtoMs, capacityRtoMs }, i) => ({
    ...{ turn: i + 1, requests, failures },
    ...{ 'traffic RTO': trafficRtoMs / 1000, 'capacity RTO': capacityRtoMs / 1000 },
  }));
  const of = (field: 'trafficRtoMs' | 'capacityRtoMs') => rounds.map((round) => round[field] / 1000);
  const columns = ['turn', 'requests', 'failures', 'traffic RTO', 'capacity RTO'];
  const title = `A node is stopped under ${ratePerSecond} requests a second of 50 ms each (s)`;
  const aim = { unit: 's', is: 'at most' } as const;
  return {
    tables: [{ title, columns, rows }],
    aims: [
      { what: 'traffic RTO, the longest', value: Math.max(...of('trafficRtoMs')), limit: 1, ...aim },
      { what: 'capacity RTO, median', value: median(of('capacityRtoMs')), limit: 10, ...aim },
    ],
    notes: [
      `Requests were sent late by ${lag.toFixed(1)} ms at most in 99 of 100 cases; the traffic RTO is known to ${1000 / ratePerSecond} ms, the time between two requests.`,
    ],
  };
}

if (import.meta.main) await runBenches([nodeLoss]);
