import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { FakeApi } from '../../tests/support/fake-api.ts';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { makePod, meta } from '../../tests/support/objects.ts';
import type { V1EndpointSlice, V1Lease } from '../api/generated/types.ts';
import type { Balancer } from '../api/relevo/balancer-types.ts';
import {
  balancerLabel,
  balancerLeaseName,
  balancerLeaseSeconds,
  balancerNamespace,
  servesAnnotation,
  serviceList,
} from '../api/relevo/departure.ts';
import { balancers } from '../api/relevo/resources.ts';
import { silentLogger } from '../base/logger.ts';
import { Client } from '../client/client.ts';
import { endpointSlices, leases } from '../client/resources.ts';
import { BalancerAcknowledgements } from './balancer-acknowledgements.ts';

const pod = makePod('web', { labels: { app: 'web' } });

class World {
  readonly api = new FakeApi();
  readonly clock = new FakeClock();
  readonly client = new Client(this.api, { userAgent: 'test' });
  readonly gate: BalancerAcknowledgements;

  constructor(t: TestContext) {
    const { client, clock } = this;
    this.gate = new BalancerAcknowledgements({ client, clock, random: () => 0, logger: silentLogger });
    t.after(async () => {
      await this.gate.close();
      await this.api.close();
    });
  }

  async balancer(name: string, selectors: readonly string[]): Promise<void> {
    const annotations = { [servesAnnotation]: serviceList([{ key: 'default/web', selectors }]) };
    const metadata = { name: balancerLeaseName(name), labels: { [balancerLabel]: name }, annotations };
    const spec = {
      holderIdentity: name,
      renewTime: new Date(this.clock.now()).toISOString(),
      leaseDurationSeconds: balancerLeaseSeconds,
    };
    const lease = { metadata, spec } as unknown as V1Lease;
    await this.client.resource(leases, balancerNamespace).create(lease);
    await this.client.resource(balancers).create({ metadata: { name } } as Balancer);
  }

  acknowledge(name: string, uid: string): Promise<unknown> {
    const status = { departures: [{ uid, time: new Date(this.clock.now()).toISOString() }] };
    return this.client.resource(balancers).patch(name, { status }, { subresource: 'status' });
  }

  /** `pending` as long as it is not known. */
  cleared(signal = new AbortController().signal) {
    const result: { names: readonly string[] | 'pending' } = { names: 'pending' };
    void this.gate.cleared(pod, signal).then((names) => {
      result.names = names;
    });
    return result;
  }
}

test('a pod waits until every balancer that serves it has said that it is done with it', async (t) => {
  const world = new World(t);
  await world.balancer('a', ['app=web']);
  await world.balancer('b', ['app=web']);
  await world.balancer('c', ['app=other']);
  world.gate.start();
  const result = world.cleared();
  await world.acknowledge('a', pod.metadata.uid);
  await world.acknowledge('b', 'another');
  await eventually(() => world.api.requests.filter(({ method }) => method === 'PATCH').length === 2);
  assert.equal(result.names, 'pending');
  await world.acknowledge('b', pod.metadata.uid);
  await eventually(() => result.names !== 'pending');
  assert.deepEqual(result.names, []);
});

test('a balancer that died is waited for only until its Lease is over', async (t) => {
  const world = new World(t);
  await world.balancer('a', ['app=web']);
  world.gate.start();
  const result = world.cleared();
  await eventually(() => {
    world.clock.advance(100);
    return result.names !== 'pending';
  });
  assert.deepEqual(result.names, []);
  assert.ok(world.clock.monotonic() >= balancerLeaseSeconds * 1_000);
});

test('without a balancer nobody is waited for', async (t) => {
  const world = new World(t);
  world.gate.start();
  assert.deepEqual(await world.gate.cleared(pod, new AbortController().signal), []);
  assert.ok(!world.api.requests.some(({ path }) => path.includes('endpointslices')));
});

test('a pod that only a slice names waits, too', async (t) => {
  const world = new World(t);
  await world.balancer('a', []);
  const { name, namespace, uid } = pod.metadata;
  await world.client.resource(endpointSlices, 'default').create({
    metadata: meta('web-1', { labels: { 'kubernetes.io/service-name': 'web' } }),
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], targetRef: { kind: 'Pod', name, namespace, uid } }],
  } as V1EndpointSlice);
  world.gate.start();
  const ending = new AbortController();
  const result = world.cleared(ending.signal);
  await eventually(() => world.clock.pending > 0);
  assert.equal(result.names, 'pending');
  ending.abort();
  await eventually(() => result.names !== 'pending');
  assert.deepEqual(result.names, ['a']);
});

test('an API that does not answer holds nobody beyond the signal', async (t) => {
  const world = new World(t);
  world.api.intercept = () => {
    throw new Error('away');
  };
  world.gate.start();
  const ending = new AbortController();
  const result = world.cleared(ending.signal);
  ending.abort();
  await eventually(() => result.names !== 'pending');
});
