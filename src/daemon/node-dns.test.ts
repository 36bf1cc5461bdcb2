import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { FakeApi } from '../../tests/support/fake-api.ts';
import type { V1ServiceSpec } from '../api/generated/types.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { Client } from '../client/client.ts';
import { Informer } from '../client/informer.ts';
import { endpointSlices, services } from '../client/resources.ts';
import type { Transport } from '../client/transport.ts';
import { LoopbackPlan } from '../network/loopback/loopback-plan.ts';
import { NodeDns } from './node-dns.ts';

const shared = { clock: systemClock, logger: silentLogger, random: Math.random };
/** Of this test alone: other processes of the machine have their own. */
const plan = new LoopbackPlan(200 + (process.pid % 50));
const address = plan.nodeAddress(1);

class World {
  readonly api = new FakeApi();
  isApiDead = false;
  readonly client = new Client(this.#mortal(), { userAgent: 'test' });
  readonly services = new Informer({ ...shared, client: this.client, resource: services });
  readonly resolver = new Resolver({ timeout: 5_000, tries: 1 });

  /** With the Services of the API known. */
  static async open(t: TestContext): Promise<World> {
    const world = new World();
    const dns = await world.dns(0);
    t.after(async () => {
      await dns.close();
      await world.services.close();
      await world.api.close();
    });
    assert.deepEqual(dns.forPods.cluster, { address, domain: 'cluster.local' });
    world.resolver.setServers([`${address}:${dns.port}`]);
    world.services.start();
    await world.services.synced();
    return world;
  }

  #mortal(): Transport {
    return {
      request: (request) =>
        this.isApiDead ? Promise.reject(new Error('connection refused')) : this.api.request(request),
      watch: (request, onEvent) => {
        if (this.isApiDead) throw new Error('connection refused');
        return this.api.watch(request, onEvent);
      },
      close: () => this.api.close(),
    };
  }

  dns(port: number): Promise<NodeDns> {
    return NodeDns.open({
      ...{ ...shared, client: this.client, services: this.services, plan, index: 1, port },
      resolveOutside: async () => ({ records: [{ data: '192.0.2.1' }] }),
      hostAddress: '127.0.0.1',
    });
  }

  async service(name: string, spec: V1ServiceSpec): Promise<void> {
    await this.client.resource(services, 'default').create({ metadata: { name }, spec });
  }

  async slice(service: string, addresses: string[]): Promise<void> {
    await this.client.resource(endpointSlices, 'default').create({
      metadata: { name: `${service}-1`, labels: { 'kubernetes.io/service-name': service } },
      addressType: 'IPv4',
      ports: [],
      endpoints: addresses.map((one) => ({ addresses: [one] })),
    });
  }
}

test('Services are answered as they come and go, names of others by whoever knows them', async (t) => {
  const world = await World.open(t);
  await world.service('web', { clusterIP: '10.96.0.7' });
  const name = 'web.default.svc.cluster.local';
  assert.deepEqual(await eventually(() => world.resolver.resolve4(name)), ['10.96.0.7']);
  assert.deepEqual(await world.resolver.resolve4('host.relevo.internal'), ['127.0.0.1']);
  assert.deepEqual(await world.resolver.resolve4('example.org'), ['192.0.2.1']);
  await world.client.resource(services, 'default').delete('web');
  await eventually(async () => {
    await assert.rejects(world.resolver.resolve4(name), { code: 'ENOTFOUND' });
    return true;
  });
});

test('endpoints are followed from the first headless Service on', async (t) => {
  const world = await World.open(t);
  await world.slice('db', ['10.244.1.5', '10.244.1.6']);
  await world.service('db', { clusterIP: 'None' });
  const found = await eventually(() => world.resolver.resolve4('db.default.svc.cluster.local'));
  assert.deepEqual(found.toSorted(), ['10.244.1.5', '10.244.1.6']);
});

test('with the API dead it answers from what it knew', async (t) => {
  const world = await World.open(t);
  await world.service('web', { clusterIP: '10.96.0.7' });
  const name = 'web.default.svc.cluster.local';
  await eventually(() => world.resolver.resolve4(name));
  world.isApiDead = true;
  world.api.breakWatches();
  await eventually(() => world.api.openWatches === 0);
  assert.deepEqual(await world.resolver.resolve4(name), ['10.96.0.7']);
});

test('where the port is taken there is no DNS, and pods resolve as the machine does', async (t) => {
  const taken = createSocket('udp4');
  taken.bind(0, address);
  await once(taken, 'listening');
  t.after(() => taken.close());
  const world = new World();
  const dns = await world.dns(taken.address().port);
  assert.equal(dns.forPods.cluster, undefined);
  assert.equal(dns.port, 0);
  await dns.close();
  await world.services.close();
  await world.api.close();
});
