import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { BalancerWorld } from '../../tests/support/balancer-world.ts';
import { eventually as soon } from '../../tests/support/eventually.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { silentLogger } from '../base/logger.ts';
import { services } from '../client/resources.ts';
import { EmbeddedEngine } from '../lb/embedded/engine.ts';
import type { BalancerOptions } from './options.ts';

/** Of this test alone: other processes of the machine have their own. */
const base = `127.252.${process.pid % 250}`;

/** Processes are started: a busy machine takes its time. */
const eventually: typeof soon = (probe) => soon(probe, 20_000);

/** A balancer that moves traffic, with its addresses on this machine. */
function traffic(t: TestContext): BalancerWorld {
  const engine = new EmbeddedEngine({ logger: silentLogger, folder: temporaryFolder(t), workers: 1 });
  const addresses: BalancerOptions['addresses'] = {
    ...{ clusterIps: true, nodePorts: [{ address: `${base}.1` }] },
    loadBalancer: { cidr: `${base}.128/29`, outside: false, reserved: [] },
  };
  const world = new BalancerWorld(t, { engine, addresses });
  t.after(() => engine.close());
  return world;
}

/** Listens on 127.0.0.1, says its name to everyone, and hangs up. */
async function listener(t: TestContext, name: string): Promise<number> {
  const server = createServer(
    (socket) =>
      void socket
        .on('error', () => {})
        .resume()
        .end(name),
  );
  server.listen(0, '127.0.0.1');
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
  const world = traffic(t);
  const ports = [{ port: 8000, nodePort: 30_001 }];
  await world.service('web', { type: 'LoadBalancer', clusterIP: `${base}.10`, ports });
  await world.slice('web', [await world.pod('a', '127.0.0.1')], await listener(t, 'hello'));
  await world.balancer.start();
  assert.equal(await ask(`${base}.10`, 8000), 'hello');
  assert.equal(await ask(`${base}.1`, 30_001), 'hello');
  const address = await eventually(
    () => world.find('services', 'default/web')?.status?.loadBalancer?.ingress?.[0]?.ip,
  );
  assert.equal(address, `${base}.129`);
  assert.equal(await ask(address, 8000), 'hello');
});

test('changes are followed, and with the API dead the last state is served', async (t) => {
  const world = traffic(t);
  await world.balancer.start();
  await world.service('web', { clusterIP: `${base}.11` });
  await world.slice('web', [await world.pod('a', '127.0.0.1')], await listener(t, 'late'));
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

test('a port that is taken becomes an event of the Service, and the rest serves', async (t) => {
  const world = traffic(t);
  const holder = createServer().listen(30_002, `${base}.1`);
  await once(holder, 'listening');
  t.after(() => holder.close());
  const ports = [{ port: 80, nodePort: 30_002 }];
  await world.service('web', { type: 'NodePort', clusterIP: `${base}.12`, ports });
  await world.slice('web', [await world.pod('a', '127.0.0.1')], await listener(t, 'hello'));
  await world.balancer.start();
  assert.equal(await ask(`${base}.12`, 80), 'hello');
  const event = await eventually(() => world.api.all('events')[0]);
  assert.deepEqual([event.reason, event.involvedObject.name], ['PortUnavailable', 'web']);
});

test('a pod is acknowledged when its last connection has ended, and not before', async (t) => {
  const world = traffic(t);
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  await world.service('web', { clusterIP: `${base}.13` });
  const pod = await world.pod('a', '127.0.0.1');
  await world.slice('web', [pod], (server.address() as AddressInfo).port);
  await world.balancer.start();
  const client = connect(80, `${base}.13`).on('error', () => {});
  t.after(() => client.destroy());
  await eventually(() => sockets.length === 1);
  await world.terminate('a');
  const departures = () => world.find('relevo.dev/balancers', 'one')?.status?.departures ?? [];
  const backends = () => world.find('relevo.dev/balancers', 'one')?.status?.backends ?? [];
  await eventually(() => backends()[0]?.servers[0]?.state === 'departing');
  assert.deepEqual(departures(), []);
  client.destroy();
  await eventually(() => departures()[0]?.uid === pod.metadata.uid);
});

test('a Service with a policy shows its page while nobody is left, and requests go on when somebody is', async (t) => {
  const world = traffic(t);
  await world.configMap('sorry', { 'index.html': '<p>back soon</p>', 'index.json': '{"soon":true}' });
  await world.policy('web', 'web', { sorry: { configMap: { name: 'sorry' }, retryAfter: 7 } });
  await world.service('web', { clusterIP: `${base}.14` });
  await world.balancer.start();
  const url = `http://${base}.14/`;
  const sorry = await fetch(url, { headers: { accept: 'application/json' } });
  assert.deepEqual([sorry.status, sorry.headers.get('retry-after')], [503, '7']);
  assert.equal(sorry.headers.get('x-relevo-outcome'), 'sorry');
  assert.deepEqual(await sorry.json(), { soon: true });
  const server = createHttpServer((_, response) => void response.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  await world.slice('web', [await world.pod('a', '127.0.0.1')], (server.address() as AddressInfo).port);
  await eventually(async () => (await (await fetch(url)).text()) === 'hello');
});
