import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { KubeletWorld } from '../../tests/support/kubelet-world.ts';
import { isReady } from '../api/core/readiness.ts';
import type { V1Pod } from '../api/generated/types.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { pods } from '../client/resources.ts';
import { SharedInformers } from '../client/shared-informers.ts';
import { SimulatedAddresses, SimulatedPodNetwork } from '../network/simulated/pod-network.ts';
import { SimulatedMachine } from '../runtime/simulated/machine.ts';
import { SimulatedRuntime } from '../runtime/simulated/runtime.ts';
import { KubeletFleet } from './kubelet-fleet.ts';

test('many nodes share two watches, and each sees its own pods', async (t) => {
  const { api, client, createPod } = new KubeletWorld(t);
  const create = createPod.bind({ client } as KubeletWorld);
  const shared = { client, clock: systemClock, random: Math.random, logger: silentLogger };
  const informers = new SharedInformers(shared);
  const fleet = new KubeletFleet({ ...shared, informers });
  informers.start();
  t.after(async () => {
    await fleet.close();
    await informers.close();
  });
  const addresses = new SimulatedAddresses();
  for (let i = 0; i < 20; i++) {
    const runtime = new SimulatedRuntime(new SimulatedMachine(shared));
    const facts = {
      addresses: [{ type: 'InternalIP', address: `10.0.0.${i}` }],
      capacity: { cpu: '4', memory: '8Gi', pods: '110' },
      info: { architecture: 'amd64', operatingSystem: 'linux' },
    };
    const network = new SimulatedPodNetwork(addresses, `10.0.0.${i}`);
    fleet.add({ nodeName: `n${i}`, facts, runtime, network });
  }
  await fleet.ready();
  assert.equal(api.openWatches, 2);
  const names = Array.from({ length: 100 }, (_, i) => `p${i}`);
  await Promise.all(names.map((name, i) => create(name, { nodeName: `n${i % 20}` })));
  // Bound later, as the scheduler does.
  await create('late', { nodeName: '' });
  await client.resource(pods, 'default').patch('late', { spec: { nodeName: 'n7' } });
  const all = await eventually(() => {
    const list = api.all('pods') as unknown as V1Pod[];
    return list.length === 101 && list.every(isReady) && list;
  });
  assert.equal(new Set(all.map(({ status }) => status?.podIP)).size, 101);
  assert.equal(fleet.get('n7')?.list().length, 6);
  assert.equal(api.all('events').length, 0);
  const writes = api.requests.filter(({ method, path }) => method === 'PATCH' && path.includes('/pods/'));
  assert.equal(writes.length, 102);
  await fleet.remove('n7');
  assert.equal(fleet.get('n7'), undefined);
  assert.throws(() => fleet.add({ nodeName: 'n8' } as Parameters<KubeletFleet['add']>[0]), /n8/);
});
