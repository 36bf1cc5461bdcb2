// How long a pod of plain processes takes from its creation until the API shows it Ready: 100 of them, one after the other, on three nodes.

import { isReady } from '../src/api/core/readiness.ts';
import type { V1Container, V1Pod } from '../src/api/generated/types.ts';
import { systemClock } from '../src/base/clock.ts';
import { silentLogger } from '../src/base/logger.ts';
import { Informer } from '../src/client/informer.ts';
import { pods } from '../src/client/resources.ts';
import { bareWebStartMs } from './measure/bare-web.ts';
import { type Bench, type BenchOptions, type Outcome, runBenches } from './measure/bench.ts';
import { type Sample, summarize } from './measure/samples.ts';
import { scratchDir } from './measure/scratch.ts';
import { WholeCluster } from './measure/whole-cluster.ts';

const count = 100;
const warming = 5;

export const podStart: Bench = { name: 'pod-start', needsOwnProcess: true, run };

/** With the probe that examples/web has. */
const web: V1Container = {
  name: 'main',
  image: 'relevo/web',
  readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
};
const program: V1Container = { name: 'main', image: 'host', command: ['/bin/sleep', '1000'] };

async function run({ network }: BenchOptions): Promise<Outcome> {
  using scratch = scratchDir('pod-start');
  const cluster = await WholeCluster.up({ home: scratch.path, network });
  const starts = new Starts(cluster);
  try {
    await starts.open();
    for (let i = 0; i < warming; i++) await starts.one(web);
    const all: Record<'program' | 'web' | 'bare', number[]> = { program: [], web: [], bare: [] };
    for (let i = 0; i < count; i++) {
      all.program.push(await starts.one(program));
      all.web.push(await starts.one(web));
      all.bare.push(await bareWebStartMs());
    }
    return outcomeOf(summary(all.program), summary(all.web), summary(all.bare));
  } finally {
    await starts.close();
    await cluster.stop();
  }
}

/** Pods one at a time, followed by a watch. */
class Starts {
  readonly #cluster: WholeCluster;
  readonly #seen: Informer<V1Pod>;
  #made = 0;
  #changed: (pod: V1Pod, isGone: boolean) => void = () => {};

  constructor(cluster: WholeCluster) {
    this.#cluster = cluster;
    const shared = { client: cluster.client, clock: systemClock, logger: silentLogger, random: Math.random };
    this.#seen = new Informer({ ...shared, resource: pods, namespace: 'default' });
    this.#seen.addHandler({
      added: (pod) => this.#changed(pod, false),
      updated: (pod) => this.#changed(pod, false),
      deleted: (pod) => this.#changed(pod, true),
    });
  }

  open(): Promise<void> {
    this.#seen.start();
    return this.#seen.synced();
  }

  close(): Promise<void> {
    return this.#seen.close();
  }

  /** Milliseconds from the sending of the pod until the watch shows it Ready. It is gone when this resolves. */
  async one(container: V1Container): Promise<number> {
    const name = `start-${this.#made++}`;
    const api = this.#cluster.client.resource(pods, 'default');
    const spec = { terminationGracePeriodSeconds: 0, containers: [container] };
    const ready = this.#until((pod) => pod.metadata.name === name && isReady(pod));
    const began = performance.now();
    await api.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
    await ready;
    const took = performance.now() - began;
    const gone = this.#until((pod, isGone) => pod.metadata.name === name && isGone);
    await api.delete(name);
    await gone;
    return took;
  }

  #until(reached: (pod: V1Pod, isGone: boolean) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = (pod, isGone) => reached(pod, isGone) && resolve();
    });
  }
}

function summary(latencies: readonly number[]): Sample {
  return summarize(Float64Array.from(latencies), 1);
}

function outcomeOf(simple: Sample, replica: Sample, bare: Sample): Outcome {
  const rowOf = (pod: string, { p50, p90, p99, max }: Sample) => {
    return { pod, p50, p90, p99, max, 'p50: times bare': p50 / bare.p50 };
  };
  const rows = [
    rowOf('bare: the web application, started by hand until it answers', bare),
    rowOf('a program of the host, without a probe', simple),
    rowOf('relevo/web with its readiness probe', replica),
  ];
  const columns = ['pod', 'p50', 'p90', 'p99', 'max', 'p50: times bare'];
  const title = `A pod of plain processes: created → Ready as the API shows (ms, ${count} each, one after the other)`;
  const what = 'relevo/web created → Ready, p99';
  const aims = [{ what, value: replica.p99, unit: 'ms', limit: 300, is: 'at most' as const }];
  return { tables: [{ title, columns, rows }], aims };
}

if (import.meta.main) await runBenches([podStart]);
