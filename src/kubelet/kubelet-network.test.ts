import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KubeletWorld } from '../../tests/support/kubelet-world.ts';
import { isReady } from '../api/core/readiness.ts';

test('a pod that comes back in another network gets surroundings of that one', async (t) => {
  const world = new KubeletWorld(t);
  await world.start();
  await world.createPod('web');
  const { metadata, status: before } = await world.until('web', isReady);
  await world.stop();
  world.runtime.fail(metadata.uid, 'app', 137);
  const elsewhere = { ips: ['10.9.9.9'], env: {}, namespacePath: '/run/netns/web' };
  const network = { attach: async () => elsewhere, detach: async () => {}, close: async () => {} };
  await world.start({ network });
  const { status } = await world.until(
    'web',
    (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1,
  );
  assert.notEqual(before?.podIP, '10.9.9.9');
  assert.equal(status?.podIP, '10.9.9.9');
  const [{ spec } = {}] = await world.runtime.pods();
  assert.deepEqual(spec?.network.ips, ['10.9.9.9']);
  assert.equal(spec?.network.namespacePath, '/run/netns/web');
});
