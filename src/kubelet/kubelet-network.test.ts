import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KubeletWorld } from '../../tests/support/kubelet-world.ts';
import { isReady } from '../api/core/readiness.ts';

const elsewhere = { ips: ['10.9.9.9'], env: {}, namespacePath: '/run/netns/web' };
const otherNetwork = { attach: async () => elsewhere, detach: async () => {}, close: async () => {} };

test('a pod that comes back in another network gets surroundings of that one', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('web', { initContainers: [{ name: 'first', image: 'setup' }] });
  const { metadata, status: before } = await world.until('web', isReady, 500);
  await world.stop();
  world.runtime.fail(metadata.uid, 'app', 137);
  await world.start({ network: otherNetwork });
  const { status } = await world.until(
    'web',
    (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1,
    500,
  );
  assert.notEqual(before?.podIP, '10.9.9.9');
  assert.equal(status?.podIP, '10.9.9.9');
  const [{ spec, containers } = {}] = await world.runtime.pods();
  assert.deepEqual(spec?.network.ips, ['10.9.9.9']);
  assert.equal(spec?.network.namespacePath, '/run/netns/web');
  assert.deepEqual(
    containers?.map(({ name }) => name),
    ['first', 'app'],
    'what prepares the network does so again',
  );
});

test('what still runs in the former network is started again in the other', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('web');
  await world.until('web', isReady);
  await world.stop();
  await world.start({ network: otherNetwork });
  const { status } = await world.until(
    'web',
    (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1,
  );
  assert.equal(status?.podIP, '10.9.9.9');
  assert.equal(status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 137);
});

test('the logs of a pod that has ended stay, whatever the network', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('once', { restartPolicy: 'Never' });
  const { metadata } = await world.until('once', isReady);
  await world.stop();
  world.runtime.fail(metadata.uid, 'app', 3);
  await world.start({ network: otherNetwork });
  await world.until('once', ({ status }) => status?.phase === 'Failed');
  assert.equal((await world.runtime.pods()).length, 1);
});
