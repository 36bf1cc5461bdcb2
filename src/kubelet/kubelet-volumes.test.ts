import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { KubeletWorld, nodeName } from '../../tests/support/kubelet-world.ts';
import { isReady } from '../api/core/readiness.ts';
import type { V1Pod, V1Volume } from '../api/generated/types.ts';
import { silentLogger } from '../base/logger.ts';
import { Subscribable } from '../base/subscribable.ts';
import { configMaps, pods } from '../client/resources.ts';
import { ReferenceReader } from './env/reference-reader.ts';
import type { OverfullPod, PodVolumes } from './pod-volumes.ts';
import { NodeVolumes } from './volumes/node-volumes.ts';

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'relevo-kubelet-volumes-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function volumesIn(t: TestContext, world: KubeletWorld, folder: string): NodeVolumes {
  const { client, clock } = world;
  const references = new ReferenceReader(client, clock);
  const own = { client, clock, references, logger: silentLogger };
  const volumes = new NodeVolumes({ ...own, folder, nodeName, allocatable: {} });
  t.after(() => volumes.close());
  return volumes;
}

function mounting(volume: V1Volume) {
  const volumeMounts = [{ name: volume.name, mountPath: '/data' }];
  return { volumes: [volume], containers: [{ name: 'app', image: 'app', volumeMounts }] };
}

function waitingOf({ status }: V1Pod) {
  return status?.containerStatuses?.[0]?.state?.waiting;
}

test('a pod whose ConfigMap is missing waits and says why, others go on, and it starts when that comes', async (t) => {
  const world = new KubeletWorld(t);
  await world.start({ volumes: volumesIn(t, world, folderFor(t)) });
  await world.createPod('web', mounting({ name: 'conf', configMap: { name: 'settings' } }));
  const waiting = await world.until('web', (pod) => waitingOf(pod)?.message !== undefined, 100);
  const problem = 'MountVolume.SetUp failed for volume "conf" : configmap "settings" not found';
  assert.deepEqual(waitingOf(waiting), { reason: 'ContainerCreating', message: problem });
  await eventually(() => world.events('web').includes(`FailedMount: ${problem}`));
  await world.createPod('other', mounting({ name: 'data', emptyDir: {} }));
  await world.until('other', isReady, 100);
  const settings = { metadata: { name: 'settings' }, data: { a: '1' } };
  await world.client.resource(configMaps, 'default').create(settings);
  await world.until('web', isReady, 500);
});

test('volumes go with their pod, also when that was removed while the kubelet was dead', async (t) => {
  const world = new KubeletWorld(t);
  const folder = folderFor(t);
  const first = volumesIn(t, world, folder);
  await world.start({ volumes: first });
  for (const name of ['kept', 'deleted', 'orphan', 'unborn'])
    await world.createPod(name, mounting({ name: 'data', emptyDir: {} }));
  const kept = await world.until('kept', isReady);
  const orphan = await world.until('orphan', isReady);
  const unborn = await world.until('unborn', isReady);
  const { metadata: deleted } = await world.until('deleted', isReady);
  assert.ok(existsSync(path.join(folder, deleted.uid)));
  await world.markDeleted('deleted', 1);
  await eventually(() => !existsSync(path.join(folder, deleted.uid)));
  await world.stop();
  first.close();
  for (const name of ['orphan', 'unborn']) await world.client.resource(pods, 'default').delete(name);
  // Its volumes were made, but nothing of it had been started when the kubelet died.
  world.machine.removePod(unborn.metadata.uid);
  await world.start({ volumes: volumesIn(t, world, folder) });
  await eventually(() => readdirSync(folder).length === 1);
  assert.deepEqual(readdirSync(folder), [kept.metadata.uid]);
  assert.notEqual(orphan.metadata.uid, kept.metadata.uid);
});

test('a pod that fills its volumes beyond their limit is evicted', async (t) => {
  const overfull = new Subscribable<OverfullPod>();
  const nothing: Omit<PodVolumes, 'overfull'> = {
    prepare: async () => [],
    mounts: () => [],
    refresh: () => {},
    release: async () => {},
    retain: async () => {},
  };
  const world = new KubeletWorld(t);
  await world.start({ volumes: { ...nothing, overfull } });
  await world.createPod('web');
  const { metadata } = await world.until('web', isReady);
  const full = { podUid: metadata.uid, message: 'too much' };
  overfull.emit({ podUid: 'nobody', message: '' });
  overfull.emit(full);
  overfull.emit(full);
  const { status } = await world.until('web', (pod) => pod.status?.phase === 'Failed', 500);
  assert.deepEqual([status?.reason, status?.message], ['Evicted', 'too much']);
  const evictions = () => world.events('web').filter((event) => event === 'Evicted: too much');
  await eventually(() => evictions().length === 1);
  assert.equal(world.machine.running().length, 0);
});
