import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { FakeApi } from '../../tests/support/fake-api.ts';
import type { V1ServiceSpec } from '../api/generated/types.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { Client } from '../client/client.ts';
import { endpointSlices, services } from '../client/resources.ts';
import { ServiceForwarder } from './forwarder.ts';

/** Of this test alone: other processes of the machine have their own. */
const base = `127.251.${process.pid % 250}`;

class World {
  readonly api = new FakeApi();
  readonly client = new Client(this.api, { userAgent: 'test' });
  readonly forwarder: ServiceForwarder;

  constructor(t: TestContext) {
    this.forwarder = new ServiceForwarder({
      ...{ client: this.client, clock: systemClock, logger: silentLogger, random: Math.random },
      ...{ nodePortAddresses: [`${base}.1`], loadBalancerCidr: `${base}.128/29` },
    });
    t.after(async () => {
      await this.forwarder.close();
      await this.api.close();
    });
  }

  async service(name: string, spec: V1ServiceSpec): Promise<void> {
    await this.client.resource(services, 'default').create({ metadata: { name }, spec });
  }

  /** The Service's one slice: its endpoints are what answers at these ports of 127.0.0.1. */
  async slice(service: string, ports: number[], conditions = { ready: true }): Promise<void> {
    const [port] = ports;
    const addresses = ports.map((_, i) => `127.0.0.${i + 1}`);
    await this.client.resource(endpointSlices, 'default').create({
      metadata: { name: `${service}-1`, labels: { 'kubernetes.io/service-name': service } },
      addressType: 'IPv4',
      ports: [{ name: '', port, protocol: 'TCP' }],
      endpoints: addresses.map((address) => ({ addresses: [address], conditions })),
    });
  }
}

async function pod(t: TestContext, name: string): Promise<number> {
  const server = createServer(
    (socket) =>
      void socket
        .on('error', () => {})
        .resume()
        .end(name),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** What it says; the error's code when there is nothing to hear. */
function ask(address: string, port: number): Promise<string> {
  const socket = connect(port, address);
  let said = '';
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      said += chunk;
    });
    socket
      .on('end', () => resolve(said))
      .on('error', ({ code }: NodeJS.ErrnoException) => resolve(String(code)));
  });
}

test('a Service answers at its cluster IP, its node port and its load balancer address', async (t) => {
  const world = new World(t);
  const spec = { type: 'LoadBalancer', clusterIP: `${base}.10`, ports: [{ port: 8000, nodePort: 30_001 }] };
  await world.service('web', spec);
  await world.slice('web', [await pod(t, 'hello')]);
  await world.forwarder.start();
  assert.equal(await ask(`${base}.10`, 8000), 'hello');
  assert.equal(await ask(`${base}.1`, 30_001), 'hello');
  const address = await eventually(
    () => world.api.find('services', 'default/web')?.status?.loadBalancer?.ingress?.[0]?.ip,
  );
  assert.equal(address, `${base}.129`);
  assert.equal(await ask(address, 8000), 'hello');
});

test('changes are followed, and with the API dead the last state is served', async (t) => {
  const world = new World(t);
  await world.forwarder.start();
  await world.service('web', { clusterIP: `${base}.11`, ports: [{ port: 80 }] });
  await world.slice('web', [await pod(t, 'late')]);
  await eventually(async () => (await ask(`${base}.11`, 80)) === 'late');
  world.api.intercept = () => {
    throw new Error('connect ECONNREFUSED');
  };
  world.api.breakWatches();
  assert.equal(await ask(`${base}.11`, 80), 'late');
  world.api.intercept = () => {};
  await world.client.resource(services, 'default').delete('web');
  await eventually(async () => (await ask(`${base}.11`, 80)) === 'ECONNREFUSED');
});

test('a port that is taken becomes an event of the Service', async (t) => {
  const world = new World(t);
  const holder = createServer().listen(30_002, `${base}.1`);
  await once(holder, 'listening');
  t.after(() => holder.close());
  const ports = [{ port: 80, nodePort: 30_002 }];
  await world.service('web', { type: 'NodePort', clusterIP: `${base}.12`, ports });
  await world.slice('web', [await pod(t, 'hello')]);
  await world.forwarder.start();
  assert.equal(await ask(`${base}.12`, 80), 'hello');
  const event = await eventually(() => world.api.all('events')[0]);
  assert.equal(event.reason, 'PortUnavailable');
  assert.match(event.message, /\.1:30002 cannot be opened \(another program listens there\)/);
});
