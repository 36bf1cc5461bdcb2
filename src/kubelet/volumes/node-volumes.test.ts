import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { podWith, VolumeWorld } from '../../../tests/support/volume-world.ts';
import { serviceUnavailable } from '../../api/status.ts';
import { configMaps } from '../../client/resources.ts';
import type { OverfullPod } from '../pod-volumes.ts';

const hour = 3_600_000;

test('a ConfigMap is files: text and bytes, all or the items, each with its mode', async (t) => {
  const world = new VolumeWorld(t);
  await world.configMap('settings', { color: 'ñ', size: '9' }, { binaryData: { raw: '/wA=' } });
  const configMap = { name: 'settings', defaultMode: 0o640 };
  const items = [
    { key: 'color', path: 'deep/color.txt', mode: 0o600 },
    { key: 'size', path: 'size' },
  ];
  const pod = podWith([
    { name: 'all', configMap },
    { name: 'some', configMap: { ...configMap, items } },
  ]);
  const places = await world.mount(world.open(), pod);
  assert.deepEqual(
    readdirSync(places.at('/all')).filter((name) => !name.startsWith('..')),
    ['color', 'raw', 'size'],
  );
  assert.equal(places.read('/all/color'), 'ñ');
  assert.equal(places.mode('/all/color'), '640');
  assert.equal(places.read('/some/deep/color.txt'), 'ñ');
  assert.equal(places.mode('/some/deep/color.txt'), '600');
  assert.equal(places.mode('/some/size'), '640');
});

test('a Secret is for its owner only', async (t) => {
  const world = new VolumeWorld(t);
  await world.secret('login', { password: 'geheim' });
  const secret = { secretName: 'login', defaultMode: 0o644 };
  const places = await world.mount(world.open(), podWith([{ name: 'login', secret }]));
  assert.equal(places.read('/login/password'), 'geheim');
  assert.equal(places.mode('/login/password'), '600');
  assert.equal(places.mode('/login'), '700');
});

test('what is mounted only for reading has no write permission', async (t) => {
  const world = new VolumeWorld(t);
  await world.configMap('settings', { color: 'red' });
  const volumes = [{ name: 'settings', configMap: { name: 'settings' } }];
  const pod = podWith(volumes, [{ name: 'settings', mountPath: '/settings', readOnly: true }]);
  const places = await world.mount(world.open(), pod);
  assert.equal(places.mode('/settings/color'), '444');
});

test('what is missing is named, volume by volume, unless it is optional', async (t) => {
  const world = new VolumeWorld(t);
  await world.configMap('there', { a: '1' });
  await world.secret('there', { a: '1' });
  const key = { key: 'b', path: 'b' };
  const pod = podWith([
    { name: 'one', configMap: { name: 'absent' } },
    { name: 'two', secret: { secretName: 'absent' } },
    { name: 'three', configMap: { name: 'there', items: [key] } },
    { name: 'four', secret: { secretName: 'there', items: [key] } },
    { name: 'five', hostPath: { path: '/nowhere', type: 'Directory' } },
    { name: 'six', configMap: { name: 'absent', optional: true } },
    { name: 'seven', secret: { secretName: 'there', items: [key], optional: true } },
  ]);
  const volumes = world.open();
  await assert.rejects(world.prepared(volumes, pod), {
    name: 'VolumeError',
    problems: [
      'MountVolume.SetUp failed for volume "one" : configmap "absent" not found',
      'MountVolume.SetUp failed for volume "two" : secret "absent" not found',
      'MountVolume.SetUp failed for volume "three" : configmap references non-existent config key: b',
      'MountVolume.SetUp failed for volume "four" : references non-existent secret key: b',
      'MountVolume.SetUp failed for volume "five" : hostPath type check failed: /nowhere is not a directory',
    ],
  });
  pod.spec.volumes = pod.spec.volumes?.slice(5);
  const places = await world.mount(volumes, pod);
  assert.deepEqual(Object.keys(places.sources), ['/six', '/seven']);
});

test('what comes from the API is for reading, everything else as the pod wants it', async (t) => {
  const world = new VolumeWorld(t);
  await world.configMap('settings', { color: 'red' });
  const pod = podWith(
    [
      { name: 'settings', configMap: { name: 'settings' } },
      { name: 'data', emptyDir: {} },
    ],
    [
      { name: 'settings', mountPath: '/settings' },
      { name: 'data', mountPath: '/data' },
      { name: 'data', mountPath: '/look', readOnly: true },
    ],
  );
  const volumes = world.open();
  await world.prepared(volumes, pod);
  const [container] = pod.spec.containers;
  assert.ok(container);
  const mounts = volumes.mounts(pod, container, {}).map(({ target, readOnly }) => [target, readOnly]);
  assert.deepEqual(mounts, [
    ['/settings', true],
    ['/data', false],
    ['/look', true],
  ]);
});

test('a ConfigMap that comes a moment later is waited for', async (t) => {
  const world = new VolumeWorld(t);
  const pod = podWith([{ name: 'late', configMap: { name: 'late' } }]);
  const mounting = world.mount(world.open(), pod);
  await world.configMap('late', { a: '1' });
  assert.equal((await mounting).read('/late/a'), '1');
});

test('a pod reads about itself, and reads anew when its labels change', async (t) => {
  const world = new VolumeWorld(t);
  const field = (at: string, fieldPath: string) => ({ path: at, fieldRef: { fieldPath } });
  const resourceFieldRef = { containerName: 'app', resource: 'limits.cpu', divisor: '1m' };
  const items = [
    field('labels', 'metadata.labels'),
    field('tier', "metadata.labels['tier']"),
    field('name', 'metadata.name'),
    { path: 'cpu', resourceFieldRef, mode: 0o400 },
  ];
  const pod = podWith([{ name: 'about', downwardAPI: { items } }]);
  pod.metadata.labels = { tier: 'front', app: 'a"b' };
  const volumes = world.open();
  const places = await world.mount(volumes, pod);
  assert.equal(places.read('/about/labels'), 'app="a\\"b"\ntier="front"');
  assert.equal(places.read('/about/tier'), 'front');
  assert.equal(places.read('/about/name'), 'web');
  assert.equal(places.read('/about/cpu'), '4000');
  assert.equal(places.mode('/about/cpu'), '400');
  volumes.refresh({ ...pod, metadata: { ...pod.metadata, labels: { tier: 'back' } } });
  await eventually(() => places.read('/about/labels') === 'tier="back"');
});

test('a projected volume has all of its sources, the later before the earlier', async (t) => {
  const world = new VolumeWorld(t);
  await world.configMap('settings', { color: 'red', same: 'configmap' });
  await world.secret('login', { password: 'x', same: 'secret' });
  const sources = [
    { configMap: { name: 'settings' } },
    { secret: { name: 'login' } },
    { downwardAPI: { items: [{ path: 'ns', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    { serviceAccountToken: { path: 'token', expirationSeconds: 3600, audience: 'bank' } },
  ];
  const places = await world.mount(world.open(), podWith([{ name: 'all', projected: { sources } }]));
  assert.equal(places.read('/all/color'), 'red');
  assert.equal(places.read('/all/same'), 'secret');
  assert.equal(places.read('/all/ns'), 'default');
  assert.equal(places.read('/all/token'), 'token-1');
  assert.deepEqual([places.mode('/all/color'), places.mode('/all/password')], ['644', '600']);
  assert.equal(places.mode('/all/token'), '600');
  assert.deepEqual(world.tokenRequests, [
    {
      path: '/api/v1/namespaces/default/serviceaccounts/default/token',
      spec: {
        audiences: ['bank'],
        expirationSeconds: 3600,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: 'uid-default-web' },
      },
    },
  ]);
});

test('a token is renewed after 80 % of its life, and used to its end when that fails', async (t) => {
  const world = new VolumeWorld(t);
  const sources = [{ serviceAccountToken: { path: 'token', expirationSeconds: 3600 } }];
  const places = await world.mount(world.open(), podWith([{ name: 't', projected: { sources } }]));
  const round = async (): Promise<void> => {
    world.clock.advance(2_000);
    await eventually(() => world.clock.pending === 1);
  };
  world.clock.advance(0.79 * hour);
  await round();
  assert.equal(places.read('/t/token'), 'token-1');
  world.api.intercept = () => {
    throw serviceUnavailable('away');
  };
  world.clock.advance(0.02 * hour);
  await round();
  assert.equal(places.read('/t/token'), 'token-1');
  world.api.intercept = () => {};
  await round();
  assert.equal(places.read('/t/token'), 'token-2');
});

test('mounted files follow their ConfigMap within seconds, those of a subPath do not', async (t) => {
  const world = new VolumeWorld(t);
  await world.configMap('settings', { color: 'red', size: '9' });
  const pod = podWith(
    [{ name: 'settings', configMap: { name: 'settings' } }],
    [
      { name: 'settings', mountPath: '/settings' },
      { name: 'settings', mountPath: '/one/color.txt', subPath: 'color' },
    ],
  );
  const volumes = world.open();
  const places = await world.mount(volumes, pod);
  await world.configMap('settings', { color: 'blue' });
  world.clock.advance(4_000);
  await eventually(() => places.read('/settings/color') === 'blue');
  assert.equal(places.read('/one/color.txt'), 'red');
  await world.client.resource(configMaps, 'default').delete('settings');
  world.clock.advance(4_000);
  assert.equal(places.read('/settings/color'), 'blue', 'what is there stays');
  const again = await world.mount(volumes, pod);
  assert.equal(again.read('/one/color.txt'), 'blue', 'a container that starts again sees the newest');
});

test('a kubelet that starts anew finds the volumes and keeps them up to date', async (t) => {
  const world = new VolumeWorld(t);
  await world.configMap('settings', { color: 'red' });
  const pod = podWith([
    { name: 'settings', configMap: { name: 'settings' } },
    { name: 'data', emptyDir: {} },
  ]);
  const first = world.open();
  const places = await world.mount(first, pod);
  writeFileSync(path.join(places.at('/data'), 'kept'), 'yes');
  first.close();
  const second = world.open();
  second.refresh(pod);
  await world.configMap('settings', { color: 'blue' });
  world.clock.advance(4_000);
  await eventually(() => places.read('/settings/color') === 'blue');
  world.api.intercept = () => {
    throw new Error('no network');
  };
  const again = await world.mount(second, pod);
  assert.equal(again.read('/data/kept'), 'yes');
});

test('with the pod its volumes go, what is of the machine stays', async (t) => {
  const world = new VolumeWorld(t);
  const host = path.join(world.folder, 'host');
  mkdirSync(host);
  writeFileSync(path.join(host, 'file'), 'x');
  const pod = podWith([
    { name: 'data', emptyDir: {} },
    { name: 'host', hostPath: { path: host } },
  ]);
  const volumes = world.open();
  const places = await world.mount(volumes, pod);
  assert.equal(places.read('/host/file'), 'x');
  mkdirSync(path.join(places.at('/data'), 'locked'));
  writeFileSync(path.join(places.at('/data'), 'locked/file'), 'x');
  chmodSync(path.join(places.at('/data'), 'locked'), 0);
  await volumes.release(pod.metadata.uid);
  await volumes.release(pod.metadata.uid);
  assert.deepEqual(readdirSync(path.join(world.folder, 'volumes')), []);
  assert.equal(existsSync(path.join(host, 'file')), true);
});

test('what was being read for a pod when it went is not left behind', async (t) => {
  const world = new VolumeWorld(t);
  await world.configMap('settings', { color: 'red' });
  const volumes = world.open();
  const pod = podWith([{ name: 'settings', configMap: { name: 'settings' } }]);
  const preparing = world.prepared(volumes, pod);
  await volumes.release(pod.metadata.uid);
  await preparing;
  assert.deepEqual(readdirSync(path.join(world.folder, 'volumes')), []);
});

test('folders of pods that are gone are removed, those of others are not', async (t) => {
  const world = new VolumeWorld(t);
  const first = world.open();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => podWith([{ name: 'd', emptyDir: {} }], undefined, name));
  assert.ok(a && b && c);
  await world.mount(first, a);
  await world.mount(first, b);
  const second = world.open();
  await world.mount(second, c);
  await second.retain(new Set([a.metadata.uid]));
  const left = readdirSync(path.join(world.folder, 'volumes'));
  assert.deepEqual(left, [a.metadata.uid, c.metadata.uid]);
});

test('subPath names a part, which is made in a folder; subPathExpr takes variables', async (t) => {
  const world = new VolumeWorld(t);
  const pod = podWith(
    [{ name: 'data', emptyDir: {} }],
    [
      { name: 'data', mountPath: '/logs', subPath: 'logs/app' },
      { name: 'data', mountPath: '/own', subPathExpr: '$(NAME)/x' },
    ],
  );
  const volumes = world.open();
  const places = await world.mount(volumes, pod, { NAME: 'web' });
  assert.ok(lstatSync(places.at('/logs')).isDirectory());
  assert.match(places.at('/logs'), /volumes\/data\/logs\/app$/);
  assert.match(places.at('/own'), /volumes\/data\/web\/x$/);
  await assert.rejects(world.mount(volumes, pod), {
    name: 'EnvironmentError',
    message:
      'failed to prepare subPath for volumeMount "data" of container "app": "$(NAME)/x" names a variable that is not set',
  });
});

test('a volume of a kind that is not to be had is named and left out', async (t) => {
  const world = new VolumeWorld(t);
  const volumes = world.open();
  const pod = podWith([{ name: 'disk', persistentVolumeClaim: { claimName: 'disk' } }]);
  assert.deepEqual(await world.prepared(volumes, pod), [
    'volume "disk" is not there: this node has no persistentVolumeClaim volumes',
  ]);
  assert.deepEqual((await world.mount(volumes, pod)).sources, {});
});

test('a pod whose emptyDir outgrows its sizeLimit is named, one without a limit is not', async (t) => {
  const world = new VolumeWorld(t);
  const volumes = world.open();
  const told: OverfullPod[] = [];
  volumes.overfull.subscribe((pod) => told.push(pod));
  const pods = ['64Ki', undefined, '0'].map((sizeLimit, index) =>
    podWith([{ name: 'cache', emptyDir: { sizeLimit } }], undefined, `pod-${index}`),
  );
  const looked = async (): Promise<void> => {
    world.clock.advance(10_000);
    await eventually(() => world.clock.pending === 1);
  };
  const folders: string[] = [];
  for (const pod of pods) folders.push((await world.mount(volumes, pod)).at('/cache'));
  for (const folder of folders) {
    mkdirSync(path.join(folder, 'deep'));
    writeFileSync(path.join(folder, 'deep/small'), Buffer.alloc(10_000, 1));
    symlinkSync('/usr/bin', path.join(folder, 'elsewhere'));
  }
  await looked();
  assert.deepEqual(told, []);
  for (const folder of folders) writeFileSync(path.join(folder, 'deep/large'), Buffer.alloc(100_000, 1));
  await looked();
  const message = 'Usage of EmptyDir volume "cache" exceeds the limit "64Ki".';
  assert.deepEqual(told, [{ podUid: pods[0]?.metadata.uid, message }]);
});
