import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { viewTarget } from '../../../tests/support/drill/view-target.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { FakeApi } from '../../../tests/support/fake-api.ts';
import { StatusError } from '../../api/status.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { Client } from '../../client/client.ts';
import { pods, services } from '../../client/resources.ts';
import { type TargetChange, TargetWatch } from './target-watch.ts';
import type { World } from './world.ts';

const ref = { service: { namespace: 'default', name: 'web' } };

function worldOf(api: FakeApi): World {
  return {
    ...{ client: new Client(api), stateFolder: '/none', clock: systemClock, logger: silentLogger },
    mayRunCommands: false,
  };
}

async function withService(): Promise<{ api: FakeApi; world: World }> {
  const api = new FakeApi();
  const world = worldOf(api);
  await world.client.resource(services, 'default').create({
    metadata: { name: 'web' },
    spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] },
    status: { loadBalancer: { ingress: [{ ip: '10.1.1.1' }] } },
  });
  return { api, world };
}

const draft = (name: string) => ({
  ...{ metadata: { name, labels: { app: 'web' } }, spec: { containers: [] }, status: {} },
});

async function watching(t: TestContext, world: World): Promise<TargetWatch> {
  const watch = new TargetWatch(world, ref);
  t.after(() => watch.close());
  await watch.start();
  return watch;
}

test('the target is in view at any moment, and what changes is told once it was started', async (t) => {
  const { world } = await withService();
  const api = world.client.resource(pods, 'default');
  await api.create(draft('web-1'));
  const watch = new TargetWatch(world, ref);
  t.after(() => watch.close());
  const changes: TargetChange[] = [];
  watch.changes.subscribe((change) => changes.push(change));
  await watch.start();
  assert.deepEqual([watch.view().url, watch.view().pods.length, changes.length], ['http://10.1.1.1', 1, 0]);
  await api.create(draft('web-2'));
  await eventually(() => watch.view().pods.length === 2);
  await api.delete('web-1');
  await eventually(() => watch.view().pods.length === 1);
  const told = changes.map((change) =>
    change.type === 'pod' ? [!!change.before, !!change.after] : change.type,
  );
  assert.deepEqual(told, [
    [false, true],
    [true, false],
  ]);
});

test('a cluster without policies and Ingresses is one without them, not one that is waited for', async (t) => {
  const { api, world } = await withService();
  api.intercept = ({ path }) => {
    if (/backendpolicies|ingresses/.test(path))
      throw new StatusError(404, 'NotFound', 'the server knows no such resource');
  };
  const watch = await watching(t, world);
  assert.equal(watch.view().hasPolicy, false);
});

test('what may not be seen is said at once', async () => {
  const { api, world } = await withService();
  api.intercept = ({ path }) => {
    if (path.includes('nodes')) throw new StatusError(403, 'Forbidden', 'nodes is forbidden: you may not');
  };
  await assert.rejects(viewTarget(world, ref), /nodes is forbidden/);
});

test('whoever looks once gets the view, or why there is none', async () => {
  const { world } = await withService();
  assert.equal((await viewTarget(world, ref)).service, 'web');
  await assert.rejects(
    viewTarget(world, { service: { namespace: 'default', name: 'shop' } }),
    /no Service default\/shop/,
  );
  assert.equal((await viewTarget(world, { url: 'http://x.test' })).url, 'http://x.test');
});
