import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerSpec, podSpec, runtimeConformance } from '../../../tests/conformance/runtime.ts';
import type { RuntimeUnderTest } from '../../../tests/conformance/runtime-subject.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { systemClock } from '../../base/clock.ts';
import type { Runtime } from '../runtime.ts';
import { seededRandom } from './delay.ts';
import { SimulatedMachine } from './machine.ts';
import { SimulatedRuntime } from './runtime.ts';
import { annotationPrefix } from './script.ts';

const machines = new WeakMap<Runtime, SimulatedMachine>();

function on(machine: SimulatedMachine): SimulatedRuntime {
  const runtime = new SimulatedRuntime(machine);
  machines.set(runtime, machine);
  return runtime;
}

function annotated(annotations: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [`${annotationPrefix}${name}`, value]),
  );
}

const behaviours: Record<string, Record<string, string>> = {
  stubborn: { 'stop-after': '24h' },
  fails: { 'fail-after': '1ms', 'exit-code': '3' },
  succeeds: { 'fail-after': '1ms', 'exit-code': '0' },
  'no-program': { fail: 'start' },
};

const simulated: RuntimeUnderTest = {
  open: async () => on(new SimulatedMachine({ clock: systemClock, random: Math.random })),
  reopen: async (runtime) => on(machines.get(runtime) as SimulatedMachine),
  destroy: async () => {},
  image: 'web:1',
  missingImage: 'web:missing',
  behaviour: (behaviour) => ({ annotations: annotated(behaviours[behaviour] ?? {}) }),
  deviations: {
    'no exec': 'nothing runs that a program could be executed in',
    'no attach': 'nothing runs that could be attached to',
    'no output': 'the log is made up',
  },
};

runtimeConformance('simulated', simulated);

async function startOne(annotations: Record<string, string>) {
  const clock = new FakeClock();
  const machine = new SimulatedMachine({
    clock,
    random: seededRandom(1),
    readyAfter: { kind: 'uniform', minMs: 100, maxMs: 200 },
  });
  const runtime = new SimulatedRuntime(machine);
  const spec = podSpec(annotated(annotations));
  await runtime.createPod(spec);
  const image = await runtime.resolveImage({ image: 'web:1', policy: 'Never' });
  const started = runtime.startContainer(spec.uid, containerSpec(image));
  return { clock, runtime, spec, started };
}

test('a container runs after a time from the distribution, or what its pod says', async () => {
  for (const [annotations, fromMs, toMs] of [
    [{}, 100, 200],
    [{ 'ready-after': '1m30s' }, 90_000, 90_000],
  ] as const) {
    const { clock, started } = await startOne(annotations);
    const before = clock.now();
    assert.equal(clock.pending, 1);
    clock.advance(100_000);
    const { startedAt, health } = await started;
    assert.ok(startedAt - before >= fromMs);
    assert.equal(health, undefined);
    assert.equal(clock.pending, 0, `an idle pod needs no timer (${toMs})`);
  }
});

test('use follows the annotations, also when they change', async () => {
  const { clock, runtime, spec, started } = await startOne({
    'ready-after': '0s',
    cpu: '250m',
    memory: '64Mi',
  });
  await started;
  clock.advance(2_000);
  const [before] = await runtime.stats();
  assert.equal(before?.cpuCoreNanoseconds, 0.5e9);
  assert.equal(before?.memoryWorkingSetBytes, 64 * 2 ** 20);
  runtime.annotate(spec.uid, annotated({ 'cpu.app': '1' }));
  clock.advance(1_000);
  assert.equal((await runtime.stats())[0]?.cpuCoreNanoseconds, 1.5e9);
});

test('readiness and failure can be asked for', async () => {
  const { runtime, spec, started } = await startOne({ 'ready-after': '0s', 'never-ready': 'true' });
  assert.equal((await started).health, 'starting');
  const told: unknown[] = [];
  runtime.events.subscribe((event) => {
    if (event.type === 'container') told.push(event.container.exit?.exitCode ?? event.container.health);
  });
  runtime.annotate(spec.uid, {});
  assert.equal(runtime.fail(spec.uid, 'app', 9), true);
  assert.equal(runtime.fail(spec.uid, 'app', 9), false);
  assert.deepEqual(told, ['healthy', 9]);
});

test('the log follows from when the container ran', async () => {
  const { clock, runtime, started } = await startOne({ 'ready-after': '0s' });
  const { id, podUid } = await started;
  clock.advance(25_000);
  runtime.fail(podUid, 'app', 2);
  const lines: string[] = [];
  for await (const { time, data } of runtime.logs(id, {})) {
    lines.push(`${time.slice(17, 19)} ${new TextDecoder().decode(data)}`);
  }
  assert.deepEqual(lines, [
    '00 simulated container app started (attempt 0)',
    '10 simulated container app has run for 10 s',
    '20 simulated container app has run for 20 s',
    '25 simulated container app ended with exit code 2',
  ]);
});
