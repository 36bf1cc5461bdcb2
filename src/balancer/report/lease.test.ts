import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { FakeApi } from '../../../tests/support/fake-api.ts';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import type { ServedService } from '../../api/relevo/departure.ts';
import { silentLogger } from '../../base/logger.ts';
import { Client } from '../../client/client.ts';
import { BalancerLease } from './lease.ts';

class World {
  readonly api = new FakeApi();
  readonly clock = new FakeClock();
  served: ServedService[] = [{ key: 'default/web', selectors: [] }];
  readonly lease = new BalancerLease({
    ...{ client: new Client(this.api), clock: this.clock, logger: silentLogger, name: 'one' },
    ...{ served: () => this.served, publishes: '10.9.0.0/29 127.0.0.1' },
  });

  constructor(t: TestContext) {
    t.after(() => this.lease.close());
  }

  get stored() {
    return this.api.find('coordination.k8s.io/leases', 'kube-system/relevo-balancer-one');
  }
}

test('a lease is renewed every second, with what is served then', async (t) => {
  const world = new World(t);
  world.lease.renew();
  const first = await eventually(() => world.stored);
  world.served = [];
  await eventually(() => {
    world.clock.advance(1_000);
    return world.stored?.spec.renewTime > first.spec.renewTime;
  });
  const { annotations } = world.stored?.metadata ?? {};
  assert.equal(annotations?.['relevo.dev/serves'], '');
  assert.equal(annotations?.['relevo.dev/publishes'], '10.9.0.0/29 127.0.0.1');
});

test('a lease that cannot be renewed is tried again a second later', async (t) => {
  const world = new World(t);
  world.api.intercept = () => {
    throw new Error('connect ECONNREFUSED');
  };
  world.lease.renew();
  await eventually(() => world.api.requests.length === 1);
  world.api.intercept = () => {};
  await eventually(() => {
    world.clock.advance(1_000);
    return world.stored;
  });
});

test('a lease that was given back does not come again', async (t) => {
  const world = new World(t);
  world.lease.renew();
  await eventually(() => world.stored);
  await world.lease.close();
  assert.equal(world.stored, undefined);
  world.lease.renew();
  world.clock.advance(5_000);
  const asked = world.api.requests.length;
  await world.lease.close();
  assert.deepEqual([world.api.requests.length, world.clock.pending], [asked, 0]);
});
