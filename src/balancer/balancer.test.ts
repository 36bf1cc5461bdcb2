import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BalancerWorld } from '../../tests/support/balancer-world.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { makeNode } from '../../tests/support/objects.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import type { V1Node } from '../api/generated/types.ts';
import { silentLogger } from '../base/logger.ts';
import { deployments, endpointSlices, nodes, pods, secrets, services } from '../client/resources.ts';
import { SavedModel } from '../lb/saved-model.ts';

/** A Service with two pods, served. */
async function served(t: TestContext): Promise<BalancerWorld> {
  const world = new BalancerWorld(t);
  await world.service('web', { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30_080 }] });
  await world.slice('web', [await world.pod('a', '10.1.0.1'), await world.pod('b', '10.1.0.2')]);
  await world.balancer.start();
  return world;
}

function departures(world: BalancerWorld): string[] {
  const list = world.find('relevo.dev/balancers', 'one')?.status?.departures ?? [];
  return list.map(({ uid }: { uid: string }) => uid);
}

test('Services and pods become a model', async (t) => {
  const world = await served(t);
  const { engine } = world;
  assert.deepEqual(engine.binds('default/web:80'), ['10.0.0.1:80', '10.9.0.2:80', '127.0.0.1:30080']);
  const backend = engine.backend('default/web:80');
  assert.equal(backend?.mode, 'tcp');
  assert.deepEqual(
    backend?.servers.map(({ name, address, port, node, state }) => [name, address, port, node, state]),
    [
      ['a', '10.1.0.1', 8080, 'node-1', 'ready'],
      ['b', '10.1.0.2', 8080, 'node-1', 'ready'],
    ],
  );
  assert.equal(Buffer.from(engine.model?.secrets.cookieKey ?? '', 'base64').length, 32);
  assert.equal(world.balancer.model, engine.model);
});

test('a LoadBalancer Service is told its address', async (t) => {
  const world = await served(t);
  const told = () => world.find('services', 'default/web')?.status?.loadBalancer?.ingress;
  assert.deepEqual(await eventually(told), [{ ip: '10.9.0.2', ipMode: 'VIP' }]);
  await world.client.resource(services, 'default').patch('web', { spec: { type: 'ClusterIP' } });
  await eventually(() => told() === undefined);
});

test('changes that come together make one model, and a Service that did not change keeps its backend', async (t) => {
  const world = await served(t);
  const before = world.engine.models.length;
  const kept = world.engine.backend('default/web:80');
  await Promise.all(['c', 'd', 'e'].map((name) => world.service(name, { clusterIP: '10.0.0.2' })));
  await eventually(() => world.engine.backend('default/e:80'));
  assert.ok(world.engine.models.length - before <= 3);
  assert.equal(world.engine.backend('default/web:80'), kept);
});

test('what makes no difference to the model does not reach the engine', async (t) => {
  const world = await served(t);
  const before = world.engine.models.length;
  const { metadata } = await world.pod('stranger', '10.1.0.9', { annotations: { 'relevo.dev/weight': '3' } });
  await world.client.resource(pods, 'default').patch('a', { metadata: { annotations: { team: 'x' } } });
  await world.terminate('stranger');
  await eventually(() => departures(world).includes(metadata.uid));
  assert.equal(world.engine.models.length, before);
});

test('a departing pod is acknowledged once the engine has left it', async (t) => {
  const world = await served(t);
  world.engine.leavesAtOnce = false;
  await world.terminate('a');
  const server = () => world.engine.backend('default/web:80')?.servers.find(({ name }) => name === 'a');
  await eventually(() => server()?.state === 'departing');
  assert.deepEqual(departures(world), []);
  const { id = '', departBy = 0 } = server() ?? {};
  const { deletionTimestamp } = world.find('pods', 'default/a')?.metadata ?? {};
  assert.equal(departBy, Date.parse(deletionTimestamp ?? '') - 6_500);
  world.engine.leave();
  await eventually(() => departures(world).includes(id));
  await world.client.resource(pods, 'default').delete('a');
  await eventually(() => departures(world).length === 0);
});

test('a departing pod that nothing was ever sent to is acknowledged as well', async (t) => {
  const world = await served(t);
  const { metadata } = await world.pod('stranger', '10.1.0.9');
  await world.terminate('stranger');
  await eventually(() => departures(world).includes(metadata.uid));
});

test('the Lease names the Services that are served, is renewed, and is given back', async (t) => {
  const world = await served(t);
  const lease = () => world.find('coordination.k8s.io/leases', 'kube-system/relevo-balancer-one');
  const first = await eventually(lease);
  assert.equal(first.metadata.annotations?.['relevo.dev/serves'], 'default/web app=web');
  assert.equal(first.metadata.labels?.['relevo.dev/balancer'], 'one');
  assert.equal(first.spec.leaseDurationSeconds, 4);
  await world.service('late', { clusterIP: '10.0.0.3' });
  await eventually(() => lease()?.metadata.annotations?.['relevo.dev/serves']?.includes('default/late'));
  await eventually(() => lease()?.spec.renewTime > first.spec.renewTime);
  await world.balancer.close();
  assert.equal(lease(), undefined);
  assert.equal(world.find('relevo.dev/balancers', 'one'), undefined);
});

test('the state of backends and servers is written down', async (t) => {
  const world = await served(t);
  const status = await eventually(() => {
    const found = world.find('relevo.dev/balancers', 'one')?.status;
    return found?.totals && found;
  });
  assert.deepEqual([status.engine, status.version], ['embedded', '1.2.3']);
  assert.deepEqual(status.totals, { backends: 1, servers: 2, active: 2, sorry: 0 });
  assert.deepEqual(status.backends[0].servers[0].address, '10.1.0.1:8080');
});

test('whether kubelets wait for it is a condition, and follows the nodes', async (t) => {
  const lines: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void lines.push(message) };
  const world = new BalancerWorld(t, { logger });
  const build = async (name: string, kubeletVersion: string) => {
    const node = makeNode(name);
    const status = { nodeInfo: { kubeletVersion } } as V1Node['status'];
    await world.client.resource(nodes).create({ ...node, ...(status ? { status } : {}) });
  };
  await build('own', 'v1.32.0+relevo');
  await world.balancer.start();
  const awaited = (is: string) =>
    eventually(() => {
      const found = world.find('relevo.dev/balancers', 'one')?.status?.conditions?.[0];
      return found?.type === 'DeparturesAwaited' && found.status === is;
    });
  await awaited('True');
  await build('other', 'v1.32.0');
  await awaited('False');
  assert.ok(lines.some((line) => line.includes('preStop')));
});

test('a policy is followed, told so, and its last good state stays when it becomes bad', async (t) => {
  const world = await served(t);
  await world.policy('web', 'web', { servers: { maxconn: 5 }, sorry: { configMap: { name: 'sorry' } } });
  await eventually(() => world.accepted('web') === 'False SorryPageMissing');
  assert.equal(world.engine.backend('default/web:80')?.maxconn, undefined);
  await world.configMap('sorry', { 'index.html': 'sorry' });
  await eventually(() => world.accepted('web') === 'True Accepted');
  const good = await eventually(() => world.engine.backend('default/web:80'));
  assert.deepEqual([good.mode, good.maxconn, good.sorry.variants[0]?.body], ['http', 5, 'sorry']);
  await world.client
    .resource(
      { group: 'relevo.dev', version: 'v1alpha1', kind: '', plural: 'backendpolicies', namespaced: true },
      'default',
    )
    .patch('web', { spec: { servers: { maxconn: 7, minconn: 9, fullconn: 10 } } });
  await eventually(() => world.accepted('web') === 'False Invalid');
  assert.equal(world.engine.backend('default/web:80')?.maxconn, 5);
});

test('a policy for no Service, and a second one for the same, are told so', async (t) => {
  const world = await served(t);
  await world.policy('first', 'web');
  await world.policy('second', 'web');
  await world.policy('lost', 'nothing');
  await eventually(() => world.accepted('second') === 'False Conflicted');
  await eventually(() => world.accepted('lost') === 'False ServiceNotFound');
  await eventually(() => world.accepted('first') === 'True Accepted');
});

test('problems of the engine become events, once', async (t) => {
  const world = await served(t);
  const problem = { subject: 'default/web:80', kind: 'bind', message: '10.0.0.1:80 is taken' } as const;
  world.engine.verdict = () => [problem];
  await world.service('other', { clusterIP: '10.0.0.4' });
  await world.service('another', { clusterIP: '10.0.0.5' });
  await eventually(() => world.engine.backend('default/another:80'));
  await eventually(() => world.eventReasons.includes('PortUnavailable'));
  assert.deepEqual(world.eventReasons, ['PortUnavailable']);
  await eventually(
    () => world.find('relevo.dev/balancers', 'one')?.status?.problems?.[0]?.message === problem.message,
  );
});

test('a port that Ingresses share is told to each of them when it cannot be had, until it can', async (t) => {
  const world = await served(t);
  const bind = { address: '10.9.0.1', port: 80 };
  const problem = { subject: 'ingress:http', kind: 'bind', message: '10.9.0.1:80 is taken', bind } as const;
  world.engine.verdict = () => [problem];
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const entries = (name: string) =>
    world.find('networking.k8s.io/ingresses', `default/${name}`)?.status?.loadBalancer?.ingress;
  const ports = [{ port: 80, protocol: 'TCP', error: 'relevo.dev/PortUnavailable' }];
  for (const name of ['one', 'two']) {
    await world.ingress(name, {
      rules: [{ host: name, http: { paths: [{ pathType: 'Prefix', backend }] } }],
    });
    await eventually(() => entries(name));
    assert.deepEqual(entries(name), [{ ip: '10.9.0.1', ports }]);
    await eventually(() => world.eventsOf(name).includes('PortUnavailable'));
  }
  world.engine.events.emit({ type: 'problems', problems: [], at: 0 });
  await eventually(() => !JSON.stringify(entries('one')).includes('error'));
  assert.deepEqual(entries('one'), [{ ip: '10.9.0.1' }]);
});

test('a certificate that the engine cannot use is told to its Secret and to the Ingresses that name it', async (t) => {
  const world = await served(t);
  const type = 'kubernetes.io/tls';
  await world.client.resource(secrets, 'default').create({ metadata: { name: 'shop-tls' }, type, data: {} });
  world.engine.verdict = () => [{ subject: 'default/shop-tls', kind: 'certificate', message: 'too old' }];
  const backend = { service: { name: 'web', port: { number: 80 } } };
  await world.ingress('shop', { tls: [{ secretName: 'shop-tls' }], defaultBackend: backend });
  await world.ingress('other', {
    rules: [{ host: 'other', http: { paths: [{ pathType: 'Prefix', backend }] } }],
  });
  await eventually(() => world.eventsOf('shop-tls').includes('CertificateUnusable'));
  // Of the Secret as it was read, and of the engine.
  await eventually(() => world.eventsOf('shop').length === 2);
  assert.deepEqual(world.eventsOf('shop'), ['CertificateUnusable', 'CertificateUnusable']);
  assert.ok(!world.eventsOf('other').includes('CertificateUnusable'));
});

test('a policy that is not followed is an event, too', async (t) => {
  const world = await served(t);
  await world.policy('shop', 'web', { sorry: { configMap: { name: 'lost', key: 'index.html' } } });
  await eventually(() => world.eventsOf('shop').includes('SorryPageMissing'));
});

test('a model that the engine refuses is tried again', async (t) => {
  const world = await served(t);
  let attempts = 0;
  world.engine.verdict = () => (attempts++ === 0 ? new Error('no worker starts') : []);
  await world.service('other', { clusterIP: '10.0.0.4' });
  await eventually(() => world.engine.backend('default/other:80'));
  assert.equal(attempts, 2);
});

test('an Ingress leads to its Service, is told where it is found, and a missing Service is an answer', async (t) => {
  const world = await served(t);
  const service = { name: 'web', port: { number: 80 } };
  const lost = { name: 'lost', port: { number: 80 } };
  const paths = [
    { path: '/', pathType: 'Prefix', backend: { service } },
    { path: '/lost', pathType: 'Prefix', backend: { service: lost } },
  ];
  await world.ingress('shop', { rules: [{ host: 'shop.test', http: { paths } }] });
  const frontend = await eventually(() =>
    world.engine.model?.frontends.find(({ name }) => name === 'ingress:http'),
  );
  assert.deepEqual(
    frontend.routes.map(({ action }) => action),
    [
      { type: 'backend', backend: 'default/web:80@ingress' },
      { type: 'respond', status: 503, reason: 'the Service "lost" does not exist' },
    ],
  );
  assert.equal(world.engine.backend('default/web:80@ingress')?.mode, 'http');
  assert.equal(world.engine.backend('default/web:80')?.mode, 'tcp');
  const found = () =>
    world.find('networking.k8s.io/ingresses', 'default/shop')?.status?.loadBalancer?.ingress;
  assert.deepEqual(await eventually(found), [{ ip: '10.9.0.1' }]);
  await eventually(() => world.eventReasons.includes('BackendNotFound'));
});

test('an Ingress gets a certificate of its own for the asking, and keeps it', async (t) => {
  const world = await served(t);
  const service = { name: 'web', port: { number: 80 } };
  const rules = [
    { host: 'shop.test', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] } },
  ];
  await world.ingress('shop', { rules }, { 'relevo.dev/tls': 'self-signed' });
  const certificate = await eventually(() => world.engine.model?.certificates[0]);
  assert.match(certificate.chain, /^-----BEGIN CERTIFICATE-----/);
  const http = world.engine.model?.frontends.find(({ name }) => name === 'ingress:http');
  assert.deepEqual(http?.routes[0]?.action, { type: 'redirect', scheme: 'https', port: 443 });
  const second = new BalancerWorld(t, { client: world.client, name: 'two' });
  await second.balancer.start();
  assert.deepEqual((await eventually(() => second.engine.model?.certificates[0])).chain, certificate.chain);
  assert.deepEqual(second.engine.model?.secrets, world.engine.model?.secrets);
});

test('cold backups are started when they are wanted, and let go when nothing is under way to them', async (t) => {
  const world = await served(t);
  const labels = { tier: 'backup' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app' }] } };
  await world.client.resource(deployments, 'default').create({
    metadata: { name: 'spare' },
    spec: { replicas: 0, selector: { matchLabels: labels }, template },
  });
  await world.policy('web', 'web', { backup: { selector: { matchLabels: labels }, start: 'cold', max: 2 } });
  await eventually(() => world.accepted('web') === 'True Accepted');
  const replicas = () => world.find('apps/deployments', 'default/spare')?.spec.replicas;
  world.engine.want('default/web:80', 3);
  await eventually(() => replicas() === 2);
  const spare = await world.pod('spare-1', '10.1.0.7', { labels });
  const backup = () => world.engine.backend('default/web:80')?.servers.find(({ role }) => role === 'backup');
  await eventually(() => backup()?.id === spare.metadata.uid);
  world.engine.busy.set(spare.metadata.uid, 1);
  world.engine.want('default/web:80', 0);
  const asked = world.api.requests.length;
  await eventually(() =>
    world.api.requests.slice(asked).some(({ path }) => path.endsWith('/leases/relevo-balancer-one')),
  );
  assert.equal(replicas(), 2);
  world.engine.busy.clear();
  await eventually(() => replicas() === 0);
});

test('with the API away the saved model is served, and the API is followed when it comes back', async (t) => {
  const saved = new SavedModel(join(temporaryFolder(t), 'model.json'), silentLogger);
  const first = new BalancerWorld(t, { saved });
  await first.service('web');
  await first.slice('web', [await first.pod('a', '10.1.0.1')]);
  await first.balancer.start();
  await first.balancer.close();
  await saved.close();
  const second = new BalancerWorld(t, { client: first.client, saved, patienceMs: 10 });
  first.api.intercept = () => {
    throw new Error('connect ECONNREFUSED');
  };
  await second.balancer.start();
  assert.deepEqual(second.engine.models, [saved.read()]);
  first.api.intercept = () => {};
  await eventually(() => second.engine.models.length > 1);
  assert.deepEqual(second.engine.model, JSON.parse(JSON.stringify(second.engine.models[0])));
  // It writes into the folder still.
  await second.balancer.close();
  await saved.close();
});

test('when the API goes away, what is known is served on', async (t) => {
  const world = await served(t);
  const before = world.engine.model;
  world.api.intercept = () => {
    throw new Error('connect ECONNREFUSED');
  };
  world.api.breakWatches();
  await eventually(() => world.api.requests.at(-1)?.method === 'GET');
  assert.equal(world.engine.model, before);
  world.api.intercept = () => {};
  await world.client.resource(endpointSlices, 'default').delete('web-1');
  await eventually(() => world.engine.backend('default/web:80')?.servers.length === 0);
});
