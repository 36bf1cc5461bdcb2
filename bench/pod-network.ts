// What the network between pods costs: latency and throughput from one pod to another, directly and through a Service, beside a server on the
// bare loopback of the measuring pod. The measuring is done by a pod, so that it is the same whatever connects the nodes.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ManifestObject } from '../src/cli/manifests.ts';
import { pods, services } from '../src/client/resources.ts';
import { type Bench, type BenchOptions, type Outcome, runBenches } from './measure/bench.ts';
import { firstAnswer } from './measure/first-answer.ts';
import { median, percentile } from './measure/samples.ts';
import { scratchDir } from './measure/scratch.ts';
import { WholeCluster } from './measure/whole-cluster.ts';

const turns = 5;
const count = 2_000;
const bytes = 512 * 1024 * 1024;
const port = 8080;

export const podNetwork: Bench = { name: 'pod-network', needsOwnProcess: true, run };

interface Measured {
  readonly latenciesMs: number[];
  readonly bytesPerSecond: number;
}

interface Figures {
  readonly p50: number[];
  readonly p99: number[];
  readonly mebibytes: number[];
}

async function run({ network }: BenchOptions): Promise<Outcome> {
  using scratch = scratchDir('pod-network');
  const manifests = ['near', 'far'].flatMap((name, i) => [peer(name, `node-${i + 1}`), service(name)]);
  const cluster = await WholeCluster.up({ home: scratch.path, network, manifests });
  try {
    const near = cluster.urlOf('near');
    for (const name of ['near', 'far']) await firstAnswer(cluster.urlOf(name));
    const origins = await originsIn(cluster);
    const figures = new Map(Object.keys(origins).map((name) => [name, empty()]));
    for (const origin of Object.values(origins)) await measure(near, origin, 200, 1024 * 1024);
    for (let turn = 0; turn < turns; turn++) {
      for (const [name, origin] of Object.entries(origins)) {
        note(await measure(near, origin, count, bytes), figures.get(name) as Figures);
      }
    }
    return outcomeOf(figures);
  } finally {
    await cluster.stop();
  }
}

/** Whom the near pod measures. */
async function originsIn({ client }: WholeCluster): Promise<Record<string, string>> {
  const ipOf = async (name: string) => (await client.resource(pods, 'default').get(name)).status?.podIP;
  const { spec } = await client.resource(services, 'default').get('far');
  return {
    'its own loopback': `http://${await ipOf('near')}:${port}`,
    'another pod, directly': `http://${await ipOf('far')}:${port}`,
    'another pod, through its Service': `http://${spec?.clusterIP}:${port}`,
  };
}

async function measure(near: string, origin: string, requests: number, size: number): Promise<Measured> {
  const query = new URLSearchParams({ origin, count: String(requests), bytes: String(size) });
  const response = await fetch(`${near}/measure?${query}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`${origin} could not be measured: ${text}`);
  return JSON.parse(text) as Measured;
}

function note({ latenciesMs, bytesPerSecond }: Measured, figures: Figures): void {
  const sorted = latenciesMs.sort((a, b) => a - b);
  figures.p50.push(percentile(sorted, 0.5));
  figures.p99.push(percentile(sorted, 0.99));
  figures.mebibytes.push(bytesPerSecond / 1024 / 1024);
}

function empty(): Figures {
  return { p50: [], p99: [], mebibytes: [] };
}

function outcomeOf(figures: ReadonlyMap<string, Figures>): Outcome {
  const [bare] = figures.values();
  const of = (from: Figures | undefined, field: keyof Figures) => median(from?.[field] ?? []);
  const rows = [...figures].map(([whom, measured]) => ({
    whom,
    p50: of(measured, 'p50'),
    p99: of(measured, 'p99'),
    'added at p50': of(measured, 'p50') - of(bare, 'p50'),
    'MiB per second': of(measured, 'mebibytes'),
    'of loopback': of(measured, 'mebibytes') / of(bare, 'mebibytes'),
  }));
  const columns = ['whom', 'p50', 'p99', 'added at p50', 'MiB per second', 'of loopback'];
  const title = `From a pod over one kept connection (ms per request, median of ${turns} turns of ${count})`;
  return { tables: [{ title, columns, rows }] };
}

function peer(name: string, node: string): ManifestObject {
  const text = readFileSync(new URL('./measure/network-peer-process.ts', import.meta.url), 'utf8');
  const command = [process.execPath, '--input-type=module-typescript', '--eval', text];
  // This Node may lie where pods do not look.
  const folder = path.dirname(process.execPath);
  const volumeMounts = [{ name: 'node', mountPath: folder, readOnly: true }];
  const spec = {
    nodeName: node,
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'main', image: 'host', command, ports: [{ containerPort: port }], volumeMounts }],
    volumes: [{ name: 'node', hostPath: { path: folder, type: 'Directory' } }],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec };
}

function service(name: string): ManifestObject {
  const spec = { type: 'LoadBalancer', selector: { app: name }, ports: [{ port, targetPort: port }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
}

if (import.meta.main) await runBenches([podNetwork]);
