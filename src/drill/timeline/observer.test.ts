import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { FakeApi } from '../../../tests/support/fake-api.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { machineTime } from '../../base/machine-time.ts';
import { Client } from '../../client/client.ts';
import { pods, services } from '../../client/resources.ts';
import { TargetWatch } from '../world/target-watch.ts';
import type { World } from '../world/world.ts';
import { Observer } from './observer.ts';

const service = { namespace: 'default', name: 'web' };

async function observed(t: TestContext, more: Partial<World> = {}) {
  const api = new FakeApi();
  const world: World = {
    ...{ client: new Client(api), stateFolder: '/none', clock: systemClock, logger: silentLogger },
    ...{ mayRunCommands: false, ...more },
  };
  await world.client.resource(services, 'default').create({
    metadata: { name: 'web' },
    spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30_080 }] },
  });
  const watch = new TargetWatch(world, { service });
  t.after(() => watch.close());
  await watch.start();
  const observer = new Observer({ world, watch, service });
  t.after(() => observer.close());
  return { api, world, observer, pods: world.client.resource(pods, 'default') };
}

const ready = (at = new Date()) => ({
  conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at.toISOString().replace(/\.\d+/, '') }],
});
const draft = (name: string, app = 'web') => ({
  ...{ metadata: { name, labels: { app } }, spec: { containers: [], nodeName: 'node-1' }, status: {} },
});

test("steps of the target's pods are told when they arrive, those of others are not", async (t) => {
  const { observer, pods: api } = await observed(t);
  await observer.start();
  await api.create(draft('db-1', 'db'));
  const pod = await api.create(draft('web-1'));
  const before = machineTime();
  await api.updateStatus({ ...pod, status: ready() });
  await eventually(() => observer.events.some(({ type }) => type === 'pod-ready'));
  const own = observer.events.map(({ type, subject }) => `${type} ${subject}`);
  assert.deepEqual(own, ['pod-created web-1', 'pod-scheduled web-1', 'pod-ready web-1']);
  const last = observer.events.at(-1);
  assert.ok(
    last && last.at >= before && last.at <= machineTime() && last.uncertaintyMs <= 50,
    JSON.stringify(last),
  );
  assert.deepEqual(
    observer.readiness.map((step) => step.ready),
    [0, 1],
  );
  assert.equal([...observer.pods.values()][0]?.name, 'web-1');
});

test('a step that was told late is as uncertain as it was late', async (t) => {
  const { observer, pods: api } = await observed(t);
  await observer.start();
  const pod = await api.create(draft('web-1'));
  await api.updateStatus({ ...pod, status: ready(new Date(Date.now() - 10_000)) });
  await eventually(() => observer.events.some(({ type }) => type === 'pod-ready'));
  const { uncertaintyMs = 0 } = observer.events.find(({ type }) => type === 'pod-ready') ?? {};
  assert.ok(uncertaintyMs >= 10_000 && uncertaintyMs < 20_000, String(uncertaintyMs));
});

test('what the drill does stands among the rest, by its moment', async (t) => {
  const { observer } = await observed(t);
  await observer.start();
  const note = (at: number, text: string) =>
    observer.note({ at, uncertaintyMs: 0, text, source: 'drill', type: 'phase', phase: 'calm' });
  note(2_000, 'second');
  note(1_000, 'first');
  assert.deepEqual(
    observer.events.map(({ text }) => text),
    ['first', 'second'],
  );
});

test('without statistics it says why it knows nothing of the balancer', async (t) => {
  const { observer } = await observed(t);
  await observer.start();
  assert.match(observer.blind ?? '', /cannot be had here/);
  const dead = await observed(t, {
    balancer: () => Promise.reject(new Error('the cluster does not answer')),
  });
  await dead.observer.start();
  assert.match(dead.observer.blind ?? '', /does not answer/);
  assert.deepEqual(dead.observer.bins, []);
});

test('clocks are compared from the start on', async (t) => {
  const { observer } = await observed(t);
  await observer.start();
  assert.ok(observer.clockUncertaintyMs < 1_000);
  await observer.close();
  await observer.close();
});
