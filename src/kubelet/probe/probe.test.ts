import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventually } from '../../../tests/support/eventually.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import type { V1Container, V1Probe } from '../../api/generated/types.ts';
import { SimulatedMachine } from '../../runtime/simulated/machine.ts';
import { SimulatedRuntime } from '../../runtime/simulated/runtime.ts';
import { ContainerProbes } from './container-probes.ts';
import { hasFailed, initialState, nextState, type ProbeOutcome, pauseMs } from './probe-state.ts';
import { NetworkProber, type Prober, type ProbeTarget } from './prober.ts';

const target: ProbeTarget = { containerId: 'c', podIp: '127.0.0.1', ports: [] };

test('a probe passes after as many equal answers in a row as its threshold says', () => {
  const counts = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(fc.array(fc.boolean()), counts, counts, (answers, successThreshold, failureThreshold) => {
      const probe: V1Probe = { successThreshold, failureThreshold };
      let state = initialState('readiness');
      for (const [index, answer] of answers.entries()) {
        const before = state.passing;
        state = nextState(state, probe, answer);
        const wanted = answer ? successThreshold : failureThreshold;
        const last = answers.slice(Math.max(0, index + 1 - wanted), index + 1);
        const decided = last.length === wanted && last.every((other) => other === answer);
        assert.equal(state.passing, decided ? answer : before);
      }
    }),
  );
});

test('a container never is replaced for its readiness, and asked quickly only until it was ready', () => {
  const probe: V1Probe = { periodSeconds: 10, failureThreshold: 1 };
  const failing = nextState(initialState('readiness'), probe, false);
  assert.equal(hasFailed('readiness', failing, probe), false);
  assert.equal(hasFailed('liveness', failing, probe), true);
  assert.equal(pauseMs('readiness', failing, probe, false), 25);
  assert.equal(pauseMs('readiness', failing, probe, true), 10_000);
  assert.equal(pauseMs('startup', failing, probe, false), 10_000);
});

test('a start is noticed late by at most 25 ms and 0.3 of the time it took, until that is a whole period', () => {
  const probe: V1Probe = { periodSeconds: 5 };
  let state = initialState('readiness');
  for (let at = 0; at < 60_000; ) {
    state = nextState(state, probe, false);
    const pause = pauseMs('readiness', state, probe, false);
    assert.ok(pause <= 25.001 + 0.3 * at && pause <= 5_000, `${pause} after ${at}`);
    at += pause;
  }
  assert.ok(state.failures < 40, 'and it is not asked all the time');
});

class Script implements Prober {
  answers: boolean[] = [];
  asked: string[] = [];

  async probe(probe: V1Probe): Promise<ProbeOutcome> {
    this.asked.push(String(probe.tcpSocket?.port));
    return { success: this.answers.shift() ?? true, message: 'no' };
  }
}

function follow(container: Partial<V1Container>, answers: boolean[]) {
  const clock = new FakeClock();
  const prober = new Script();
  prober.answers = answers;
  const told: string[] = [];
  const listener = {
    started: () => told.push('started'),
    ready: (ready: boolean) => told.push(`ready ${ready}`),
    failed: (kind: string) => told.push(`failed ${kind}`),
    unhealthy: (kind: string, message: string) => told.push(`unhealthy ${kind} ${message}`),
  };
  const probes = new ContainerProbes({ name: 'app', ...container }, { clock, prober, target, listener });
  /** Moves the clock in steps shorter than a probe's time-out, and lets answers arrive in between. */
  const run = async (seconds: number) => {
    for (let i = 0; i <= seconds * 4; i++) {
      clock.advance(i === 0 ? 0 : 250);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, prober, told, probes, run };
}

const every = (port: number, more: V1Probe = {}): V1Probe => ({
  tcpSocket: { port },
  periodSeconds: 5,
  ...more,
});

test('nothing else is probed before the startup probe succeeded', async () => {
  const { prober, told, run } = follow(
    { startupProbe: every(1), livenessProbe: every(2), readinessProbe: every(3) },
    [false, true],
  );
  await run(8);
  assert.deepEqual(prober.asked.slice(0, 4), ['1', '1', '2', '3']);
  assert.deepEqual(told, ['unhealthy startup no', 'started', 'ready true']);
});

test('failures in a row have a container replaced, and then nothing is probed any more', async () => {
  const { clock, prober, told, run } = follow({ livenessProbe: every(2, { initialDelaySeconds: 3 }) }, [
    true,
    false,
    false,
    false,
  ]);
  await run(2);
  assert.equal(prober.asked.length, 0);
  await run(60);
  const failure = 'unhealthy liveness no';
  assert.deepEqual(told, [failure, failure, failure, 'failed liveness']);
  assert.equal(prober.asked.length, 4);
  assert.equal(clock.pending, 0);
});

test('a container that is not ready yet is asked often, one that was ready at its period', async () => {
  const { clock, prober, told, run } = follow({ readinessProbe: every(3) }, [false, false, false, true]);
  for (let i = 0; i < 8; i++) {
    clock.advance(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(told, ['ready true']);
  assert.equal(prober.asked.length, 4);
  await run(5);
  assert.equal(prober.asked.length, 5);
});

test('a probe that does not answer in time has failed', async () => {
  const clock = new FakeClock();
  const told: string[] = [];
  const prober: Prober = {
    probe: (_, __, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ success: false, message: 'aborted' }));
      }),
  };
  const listener = {
    started() {},
    ready() {},
    failed() {},
    unhealthy: (kind: string, message: string) => told.push(`${kind}: ${message}`),
  };
  const probes = new ContainerProbes(
    { name: 'app', livenessProbe: every(1, { timeoutSeconds: 2 }) },
    { clock, prober, target, listener },
  );
  clock.advance(0);
  clock.advance(2_000);
  await eventually(() => told.length === 1);
  assert.deepEqual(told, ['liveness: no answer within 2000 ms']);
  probes.stop();
  assert.equal(clock.pending, 0);
});

test('http and tcp probes ask for real, and say what went wrong', async (t) => {
  let code = 200;
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers['x-probe'] as string | undefined, request.url);
    response.writeHead(code).end('body');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const machine = new SimulatedMachine({ clock: new FakeClock(), random: Math.random });
  const prober = new NetworkProber(new SimulatedRuntime(machine));
  const { signal } = new AbortController();
  const named = { ...target, ports: [{ name: 'web', containerPort: port }] };
  const http = (more = {}): V1Probe => ({ httpGet: { port: 'web', path: '/ok', ...more } });
  const headers = { httpHeaders: [{ name: 'X-Probe', value: 'yes' }] };
  assert.equal((await prober.probe(http(headers), named, signal)).success, true);
  assert.deepEqual(seen, ['yes', '/ok']);
  code = 500;
  assert.deepEqual(await prober.probe(http(), named, signal), {
    success: false,
    message: 'HTTP probe failed with statuscode: 500',
  });
  assert.equal((await prober.probe({ tcpSocket: { port } }, named, signal)).success, true);
  const failures = await Promise.all([
    prober.probe(http({ port: 'nobody' }), named, signal),
    prober.probe({ exec: { command: ['true'] } }, named, signal),
    prober.probe({ grpc: { port: 1 } }, named, signal),
  ]);
  for (const [index, text] of [/no port named "nobody"/, /simulated/, /not supported/].entries()) {
    assert.equal(failures[index]?.success, false);
    assert.match(failures[index]?.message ?? '', text);
  }
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  assert.match((await prober.probe({ tcpSocket: { port } }, named, signal)).message, /ECONNREFUSED/);
});
