// How long a Deployment of 100, 500 and 1,000 pods takes until all are Ready, and, deleted, until all are gone: on 10 simulated nodes, or on
// whatever nodes the cluster of a kubeconfig has.

import { type Aim, type Bench, type BenchOptions, type Outcome, runBenches } from './measure/bench.ts';
import { type Endpoint, endpointOfFile } from './measure/endpoint.ts';
import { PodRun, type PodTimes } from './measure/pod-run.ts';
import { median } from './measure/samples.ts';
import { scratchDir } from './measure/scratch.ts';
import { startSimulatedNodes } from './measure/simulated-nodes.ts';
import { openSubject, ownNamespace } from './measure/subject.ts';

const turns = 3;
const sizes = [100, 500, 1_000];
const nodes = 10;
const patienceMs = 120_000;
const namespace = 'bench-pods';

type Times = PodTimes & { gone: number };
/** By the number of pods, turn by turn. */
type Turns = ReadonlyMap<number, Times[]>;

export const pods: Bench = { name: 'pods', run };

async function run(options: BenchOptions): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(scratchDir('pods')).path;
  const { endpoint, own } = await openSubject(options, dir, stack);
  if (own) stack.adopt(await startSimulatedNodes(own, nodes, dir), (child) => child.stop());
  const measured = await measure(endpoint, own ? turns : 1, stack);
  if (options.beside === undefined) return outcomeOf(measured);
  return outcomeOf(measured, await measure(await endpointOfFile(options.beside), 1, stack));
}

async function measure(endpoint: Endpoint, count: number, stack: AsyncDisposableStack): Promise<Turns> {
  await ownNamespace(endpoint, namespace, stack);
  const times = new Map(sizes.map((size) => [size, [] as Times[]]));
  for (let turn = 0; turn < count; turn++) {
    for (const size of sizes) times.get(size)?.push(await lifeOf(size, endpoint));
  }
  return times;
}

async function lifeOf(size: number, endpoint: Endpoint): Promise<Times> {
  const run = new PodRun(endpoint, namespace, size);
  const times = await run.create(patienceMs);
  const gone = await run.delete(patienceMs);
  await run.close();
  return { ...times, gone };
}

function outcomeOf(measured: Turns, beside?: Turns): Outcome {
  const of = (all: Turns, size: number, field: keyof Times) =>
    median((all.get(size) as Times[]).map((times) => times[field]));
  const rows = sizes.map((size) => {
    const { created, scheduled, firstReady, ready, gone } = medianTimes(measured.get(size) as Times[]);
    const figures = {
      'first ready': firstReady,
      'all created': created,
      scheduled,
      'all ready': ready,
      gone,
    };
    const ratio = (field: keyof Times) => beside && of(beside, size, field) / of(measured, size, field);
    const ratios = { 'ready: × faster': ratio('ready'), 'gone: × faster': ratio('gone') };
    return { pods: size, ...figures, 'pods per second': size / ready, ...ratios };
  });
  const columns = ['pods', 'first ready', 'all created', 'scheduled', 'all ready', 'gone', 'pods per second'];
  if (beside) columns.push('ready: × faster', 'gone: × faster');
  const title = `Pods of a Deployment on ${nodes} simulated nodes (seconds since it was created, since it was deleted)`;
  return {
    tables: [{ title, columns, rows }],
    aims: aimsOf(of(measured, 1_000, 'ready'), of(measured, 500, 'gone')),
  };
}

function medianTimes(turns: readonly Times[]): Times {
  const of = (field: keyof Times) => median(turns.map((times) => times[field]));
  return {
    created: of('created'),
    scheduled: of('scheduled'),
    firstReady: of('firstReady'),
    ready: of('ready'),
    gone: of('gone'),
  };
}

function aimsOf(ready: number, gone: number): Aim[] {
  return [
    { what: '1,000 pods Ready', value: ready, unit: 's', limit: 10, is: 'at most' },
    { what: '500 pods gone', value: gone, unit: 's', limit: 5, is: 'at most' },
  ];
}

if (import.meta.main) await runBenches([pods]);
