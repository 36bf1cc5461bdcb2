import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { BalancerWorld } from '../../tests/support/balancer-world.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { FakeEngine } from '../../tests/support/fake-engine.ts';
import { leases, services } from '../client/resources.ts';
import type { BalancerOptions } from './options.ts';
import { ingresses } from './resources.ts';

const second: Partial<BalancerOptions> = {
  ...{ name: 'two', withdraws: true },
  addresses: {
    ...{ clusterIps: false, nodePorts: [] },
    loadBalancer: { cidr: '10.8.0.0/29', outside: false, reserved: [] },
    ingress: { http: [], https: [], published: ['10.8.0.7'] },
  },
};

class World extends BalancerWorld {
  constructor(t: TestContext) {
    super(t);
    this.t = t;
  }

  readonly t: TestContext;

  start(more: Partial<BalancerOptions>) {
    const balancer = this.newBalancer(this.t, { engine: new FakeEngine(), ...more });
    return balancer.start().then(() => balancer);
  }

  addresses(collection: string): string {
    const entries: { ip: string }[] =
      this.find(collection, 'default/web')?.status?.loadBalancer?.ingress ?? [];
    return entries.map(({ ip }) => ip).join(' ');
  }

  /** Of the Service and of the Ingress. */
  async told(service: string, ingress: string): Promise<void> {
    await eventually(() => {
      const found = [this.addresses('services'), this.addresses('networking.k8s.io/ingresses')];
      assert.deepEqual(found, [service, ingress]);
      return true;
    }, 20_000);
  }

  /** As somebody else would. */
  async tell(service: string, ingress: string): Promise<void> {
    const status = (ip: string) => ({ status: { loadBalancer: { ingress: [{ ip }] } } });
    const options = { subresource: 'status' } as const;
    await this.client.resource(services, 'default').patch('web', status(service), options);
    await this.client.resource(ingresses, 'default').patch('web', status(ingress), options);
  }

  get writes(): number {
    return this.api.requests.filter(({ path }) => /\/(web)\/status/.test(path)).length;
  }
}

async function world(t: TestContext): Promise<World> {
  const found = new World(t);
  await found.service('web', { type: 'LoadBalancer' });
  const backend = { service: { name: 'web', port: { number: 80 } } };
  await found.ingress('web', { defaultBackend: backend });
  await found.balancer.start();
  await found.told('10.9.0.2', '10.9.0.1');
  return found;
}

test('two balancers tell the addresses of both, and one that ends takes its own with it', async (t) => {
  const two = await world(t);
  const other = await two.start(second);
  await two.told('10.8.0.1 10.9.0.2', '10.8.0.7 10.9.0.1');
  const { writes } = two;
  await two.service('late', { clusterIP: '10.0.0.9' });
  await eventually(() => two.find('relevo.dev/balancers', 'two')?.status?.totals);
  assert.equal(two.writes, writes, 'nobody corrects anybody');
  await other.close();
  assert.equal(two.addresses('services'), '10.9.0.2');
  assert.equal(two.addresses('networking.k8s.io/ingresses'), '10.9.0.1');
});

test('the addresses of a balancer that gave no sign of life for long are taken away by the others', async (t) => {
  const two = await world(t);
  const aged = (ms: number) => ({ spec: { renewTime: new Date(Date.now() - ms).toISOString() } });
  const name = 'relevo-balancer-dead';
  const labels = { 'relevo.dev/balancer': 'dead' };
  const annotations = { 'relevo.dev/publishes': '10.8.0.0/29 10.8.0.7' };
  const api = two.client.resource(leases, 'kube-system');
  await api.create({ metadata: { name, labels, annotations }, ...aged(10_000) });
  await two.tell('10.8.0.1', '10.8.0.7');
  // A change that makes it look at everything.
  await two.ingress('more', { defaultBackend: { service: { name: 'web', port: { number: 80 } } } });
  await two.told('10.8.0.1 10.9.0.2', '10.8.0.7 10.9.0.1');
  await api.patch(name, aged(20_000));
  await two.told('10.9.0.2', '10.9.0.1');
});
