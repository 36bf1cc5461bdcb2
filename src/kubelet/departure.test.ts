// How a pod that is deleted waits for those who send it requests, whoever they are.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { KubeletWorld } from '../../tests/support/kubelet-world.ts';
import { isReady } from '../api/core/readiness.ts';
import { departureWaitMs } from '../api/relevo/departure.ts';
import { pods } from '../client/resources.ts';
import type { DepartureGate } from './departure.ts';

const stopping = 'Killing: Stopping container app';

class HeldGate implements DepartureGate {
  asked = 0;
  #answer = Promise.withResolvers<readonly string[]>();

  cleared(_pod: unknown, signal: AbortSignal): Promise<readonly string[]> {
    this.asked++;
    const late = new Promise<readonly string[]>((resolve) => {
      signal.addEventListener('abort', () => resolve(['edge']));
    });
    return Promise.race([this.#answer.promise, late]);
  }

  open(): void {
    this.#answer.resolve([]);
  }
}

async function waiting(t: TestContext, graceSeconds = 30) {
  const world = new KubeletWorld(t);
  const gate = new HeldGate();
  await world.start({ departures: gate });
  await world.createPod('web', {}, { 'fail-after': '20s', 'exit-code': '7' });
  await world.until('web', isReady);
  await world.markDeleted('web', graceSeconds);
  await eventually(() => gate.asked === 1);
  return { world, gate };
}

function ended(world: KubeletWorld, name = 'web') {
  return eventually(() => world.pod(name) === undefined);
}

test('a pod serves until nobody sends it requests, and is told to end only then', async (t) => {
  const { world, gate } = await waiting(t);
  world.clock.advance(15_000);
  assert.ok(isReady(world.pod('web') as never));
  assert.ok(!world.events('web').includes(stopping));
  gate.open();
  await ended(world);
  assert.ok(world.events('web').includes(stopping));
  assert.ok(!world.events('web').some((event) => event.startsWith('DepartureNotAcknowledged')));
});

test('it is waited for most of the grace period, no longer; an event tells who did not answer', async (t) => {
  const { world } = await waiting(t, 16);
  world.clock.advance(departureWaitMs(16_000) - 1);
  await eventually(() => world.events('web').length > 0);
  assert.ok(!world.events('web').includes(stopping));
  world.clock.advance(1);
  await ended(world);
  const events = world.events('web');
  assert.ok(events.includes(stopping));
  assert.ok(events.some((event) => event.startsWith('DepartureNotAcknowledged: ') && event.includes('edge')));
});

test('a shorter grace period shortens the wait', async (t) => {
  const { world } = await waiting(t, 600);
  await world.markDeleted('web', 4);
  await eventually(() => world.pod('web')?.metadata.deletionGracePeriodSeconds === 4);
  await eventually(() => {
    world.clock.advance(100);
    return world.pod('web') === undefined;
  });
  assert.ok(world.clock.monotonic() < 10_000);
});

test('removal by force ends the wait', async (t) => {
  const { world } = await waiting(t, 600);
  await world.client.resource(pods, 'default').delete('web', { gracePeriodSeconds: 0 });
  await eventually(() => world.machine.pods().length === 0);
});

test('who has ended by itself waits for nobody', async (t) => {
  const { world } = await waiting(t, 600);
  world.clock.advance(20_000);
  await ended(world);
  assert.ok(!world.events('web').includes(stopping));
});

test('pods without a grace period and pods that have finished wait for nobody', async (t) => {
  const world = new KubeletWorld(t);
  const gate = new HeldGate();
  await world.start({ departures: gate });
  await world.createPod('urgent');
  await world.createPod('done', { restartPolicy: 'Never' }, { 'fail-after': '1ms', 'exit-code': '0' });
  await world.until('urgent', isReady);
  await world.until('done', ({ status }) => status?.phase === 'Succeeded', 10);
  await world.markDeleted('urgent', 0);
  await world.markDeleted('done', 30);
  await ended(world, 'urgent');
  await ended(world, 'done');
  assert.equal(gate.asked, 0);
});

test('a kubelet that dies meanwhile finds the pod serving and waits again', async (t) => {
  const { world, gate } = await waiting(t);
  await world.stop();
  await world.start({ departures: gate });
  await eventually(() => gate.asked === 2);
  assert.ok(!world.events('web').includes(stopping));
  gate.open();
  await ended(world);
});
