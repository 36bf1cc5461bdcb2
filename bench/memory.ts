// How much memory the control plane has: idle, with 1,000 and with 10,000 pods that run on simulated nodes, and started again with those.

import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Aim, type Bench, type Outcome, runBenches } from './measure/bench.ts';
import { type ControlPlane, startControlPlane } from './measure/control-plane.ts';
import { PodRun } from './measure/pod-run.ts';
import { type ProcessMemory, processMemory } from './measure/process-memory.ts';
import { median } from './measure/samples.ts';
import { scratchDir } from './measure/scratch.ts';
import { startSimulatedNodes } from './measure/simulated-nodes.ts';

const patienceMs = 180_000;
const settleMs = 5_000;

export const memory: Bench = { name: 'memory', needsOwnProcess: true, run };

interface Measured extends ProcessMemory {
  readonly state: string;
}

async function run(): Promise<Outcome> {
  using scratch = scratchDir('memory');
  const few = await withPods(path.join(scratch.path, 'few'), 1_000, 10);
  const many = await withPods(path.join(scratch.path, 'many'), 10_000, 100);
  const rows = [few.idle, few.running, many.running, many.restarted].map((measured) => ({ ...measured }));
  const columns = ['state', 'resident', 'proportional', 'peak'];
  const table = { title: 'Memory of the control plane (MiB)', columns, rows };
  return { tables: [table], aims: aimsOf(few.idle, few.running, many.running) };
}

interface States {
  readonly idle: Measured;
  readonly running: Measured;
  readonly restarted: Measured;
}

async function withPods(dir: string, pods: number, nodes: number): Promise<States> {
  await using stack = new AsyncDisposableStack();
  const first = await startControlPlane({ dir });
  stack.defer(() => first.stop());
  const idle = await settled(first, 'idle');
  const fleet = await startSimulatedNodes(first, nodes, dir);
  stack.defer(() => fleet.stop());
  const run = stack.adopt(new PodRun(first.endpoint, 'default', pods), (it) => it.close());
  await run.create(patienceMs);
  const running = await settled(first, `${pods.toLocaleString('en')} pods on ${nodes} nodes`);
  await fleet.stop();
  await first.stop();
  const second = await startControlPlane({ dir });
  stack.defer(() => second.stop());
  const restarted = await settled(second, `${pods.toLocaleString('en')} pods, started again`);
  return { idle, running, restarted };
}

/** The median of the seconds after a change: neither its peak nor what an idle process gives back after minutes. */
async function settled({ child }: ControlPlane, state: string): Promise<Measured> {
  const samples: ProcessMemory[] = [];
  for (const began = performance.now(); performance.now() - began < settleMs; await wait(250)) {
    samples.push(processMemory(child.pid));
  }
  const of = (field: keyof ProcessMemory) => median(samples.map((sample) => sample[field]));
  return { state, resident: of('resident'), proportional: of('proportional'), peak: of('peak') };
}

function aimsOf(idle: Measured, few: Measured, many: Measured): Aim[] {
  const aim = { unit: 'MiB', is: 'at most' } as const;
  return [
    { what: 'resident, idle', value: idle.resident, limit: 120, ...aim },
    { what: 'resident with 1,000 pods', value: few.resident, limit: 200, ...aim },
    { what: 'resident with 10,000 pods', value: many.resident, limit: 800, ...aim },
  ];
}

if (import.meta.main) await runBenches([memory]);
