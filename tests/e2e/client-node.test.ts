// Proves that a client which nobody here wrote, the official one for JavaScript, does with the real control plane what it does with any
// Kubernetes: reads and writes, watches, and informers that outlive a control plane killed with -9.

import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  type V1Deployment,
  Watch,
} from '@kubernetes/client-node';
import { Ears } from '../support/client-node-ears.ts';
import { eventually } from '../support/eventually.ts';
import { type Killable, KillableCluster } from '../support/killable.ts';

const namespace = 'default';
const patienceMs = 20_000;

function webDeployment(name: string, replicas: number): V1Deployment {
  const labels = { app: name };
  return {
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
    },
  };
}

/** The status code that a call is refused with. */
async function refusal(call: Promise<unknown>): Promise<number | undefined> {
  const error = await call.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  return error instanceof ApiException ? error.code : undefined;
}

suite('@kubernetes/client-node', () => {
  let cluster: KillableCluster;
  let nodes: Killable<null>;
  const config = new KubeConfig();
  let core: CoreV1Api;
  let apps: AppsV1Api;

  before(async () => {
    cluster = await KillableCluster.open();
    const { kubeconfig, simulatedNodes } = await cluster.controlPlane.start();
    nodes = cluster.simulatedNodes(1, simulatedNodes);
    await nodes.start();
    config.loadFromString(kubeconfig);
    core = config.makeApiClient(CoreV1Api);
    apps = config.makeApiClient(AppsV1Api);
  });
  after(async () => {
    await nodes?.kill();
    await cluster?.close();
  });

  test('creates, reads, replaces, patches, scales and deletes a Deployment', async () => {
    const name = 'web';
    const here = { namespace, name };
    const first = { namespace, body: webDeployment(name, 1) };
    const created = await apps.createNamespacedDeployment(first);
    assert.equal(created.spec?.strategy?.type, 'RollingUpdate');
    assert.ok(created.metadata?.creationTimestamp instanceof Date);
    assert.equal(await refusal(apps.createNamespacedDeployment(first)), 409);
    await eventually(
      async () => (await apps.readNamespacedDeployment(here)).status?.readyReplicas === 1,
      patienceMs,
    );

    const stale = await apps.readNamespacedDeployment(here);
    const body = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'web:2' }];
    const patched = await apps.patchNamespacedDeployment({ ...here, body });
    assert.equal(patched.spec?.template.spec?.containers[0]?.image, 'web:2');
    assert.equal(await refusal(apps.replaceNamespacedDeployment({ ...here, body: stale })), 409);
    await eventually(async () => {
      const fresh = await apps.readNamespacedDeployment(here);
      return apps.replaceNamespacedDeployment({
        ...here,
        body: { ...fresh, metadata: { ...fresh.metadata, labels: { tier: 'front' } } },
      });
    });

    await apps.patchNamespacedDeploymentScale({
      ...here,
      body: [{ op: 'replace', path: '/spec/replicas', value: 2 }],
    });
    const scale = await apps.readNamespacedDeploymentScale(here);
    assert.deepEqual([scale.spec?.replicas, scale.status?.selector], [2, 'app=web']);
    const { items } = await apps.listNamespacedDeployment({ namespace, labelSelector: 'tier=front' });
    assert.deepEqual(
      items.map(({ metadata }) => metadata?.name),
      [name],
    );

    const deleted = await apps.deleteNamespacedDeployment({ ...here, propagationPolicy: 'Foreground' });
    assert.ok(deleted);
    await eventually(async () => (await refusal(apps.readNamespacedDeployment(here))) === 404, patienceMs);
    assert.equal((await core.listNamespacedPod({ namespace, labelSelector: 'app=web' })).items.length, 0);
  });

  test('patches in every way that there is', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const bare = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'patched', namespace } };
    await objects.create({ ...bare, data: { a: '1', b: '1' } } as KubernetesObject);
    const patch = (data: object, strategy: PatchStrategy) => {
      const spec = { ...bare, data } as KubernetesObject;
      return objects.patch(spec, undefined, undefined, 'tester', true, strategy);
    };
    await patch({ a: null }, PatchStrategy.MergePatch);
    await patch({ c: '1' }, PatchStrategy.StrategicMergePatch);
    await objects.patch(
      { ...bare, data: { b: '2' } } as KubernetesObject,
      ...([undefined, undefined, 'applier', true, PatchStrategy.ServerSideApply] as const),
    );
    const { data, metadata } = await core.readNamespacedConfigMap({ namespace, name: 'patched' });
    assert.deepEqual(data, { b: '2', c: '1' });
    assert.ok(
      metadata?.managedFields?.some(
        ({ manager, operation }) => `${manager} ${operation}` === 'applier Apply',
      ),
    );
  });

  test('watches from a revision on', async () => {
    const { metadata } = await core.listNamespacedConfigMap({ namespace });
    const seen: string[] = [];
    const ended = Promise.withResolvers<unknown>();
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const from = { resourceVersion: metadata?.resourceVersion, allowWatchBookmarks: true };
    const controller = await new Watch(config).watch(
      path,
      from,
      (type, { metadata: { name } }) => seen.push(`${type} ${name}`),
      ended.resolve,
    );
    const here = { namespace, name: 'watched' };
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'watched' } } });
    await core.patchNamespacedConfigMap({
      ...here,
      body: [{ op: 'add', path: '/data', value: { a: 'b' } }],
    });
    await core.deleteNamespacedConfigMap(here);
    await eventually(() => seen.length === 3);
    assert.deepEqual(seen, ['ADDED watched', 'MODIFIED watched', 'DELETED watched']);
    controller.abort();
    await ended.promise;
  });

  test('creates, reads, patches, lists and deletes a BackendPolicy', async () => {
    const custom = config.makeApiClient(CustomObjectsApi);
    const kind = { group: 'relevo.dev', version: 'v1alpha1', namespace, plural: 'backendpolicies' };
    const here = { ...kind, name: 'shop' };
    const body = {
      apiVersion: 'relevo.dev/v1alpha1',
      kind: 'BackendPolicy',
      metadata: { name: 'shop' },
      spec: { targetRef: { name: 'shop' }, balance: 'leastconn' },
    };
    await custom.createNamespacedCustomObject({ ...kind, body });
    const wrong = { ...body, metadata: { name: 'wrong' }, spec: { ...body.spec, balance: 'fairly' } };
    assert.equal(await refusal(custom.createNamespacedCustomObject({ ...kind, body: wrong })), 422);
    await custom.patchNamespacedCustomObject({
      ...here,
      body: [{ op: 'replace', path: '/spec/balance', value: 'source' }],
    });
    const read = await custom.getNamespacedCustomObject(here);
    assert.deepEqual([read.spec.balance, read.spec.targetRef.kind], ['source', 'Service']);
    const list = await custom.listNamespacedCustomObject(kind);
    assert.deepEqual(
      list.items.map(({ metadata }: KubernetesObject) => metadata?.name),
      ['shop'],
    );
    await custom.deleteNamespacedCustomObject(here);
    assert.equal(await refusal(custom.getNamespacedCustomObject(here)), 404);
  });

  test('has informers that hear everything, also after the control plane was killed', async () => {
    const maps = new Ears(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
      core.listNamespacedConfigMap({ namespace }),
    );
    const pods = new Ears(config, `/api/v1/namespaces/${namespace}/pods`, () =>
      core.listNamespacedPod({ namespace }),
    );
    try {
      await Promise.all([maps.start(), pods.start()]);
      await exercise('first', maps, pods);
      await cluster.controlPlane.kill();
      await cluster.controlPlane.start();
      await exercise('second', maps, pods);
    } finally {
      await Promise.all([maps.close(), pods.close()]);
    }
  });

  /** One ConfigMap and one pod from their beginning to their end. */
  async function exercise(
    name: string,
    maps: Ears<KubernetesObject>,
    pods: Ears<KubernetesObject>,
  ): Promise<void> {
    const here = { namespace, name };
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name } } });
    await maps.hears(`add ${name}`);
    await core.patchNamespacedConfigMap({ ...here, body: [{ op: 'add', path: '/data', value: { a: 'b' } }] });
    await maps.hears(`update ${name}`);
    const containers = [{ name: 'app', image: 'app' }];
    await core.createNamespacedPod({ namespace, body: { metadata: { name }, spec: { containers } } });
    await pods.hears(`add ${name}`);
    await eventually(
      async () => (await core.readNamespacedPod(here)).status?.phase === 'Running',
      patienceMs,
    );
    await pods.hears(`update ${name}`);
    await Promise.all([maps.caughtUp(), pods.caughtUp()]);
    await core.deleteNamespacedConfigMap(here);
    await core.deleteNamespacedPod({ ...here, gracePeriodSeconds: 1 });
    await Promise.all([maps.hears(`delete ${name}`), pods.hears(`delete ${name}`)]);
    await Promise.all([maps.caughtUp(), pods.caughtUp()]);
  }
});
