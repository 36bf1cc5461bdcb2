// Proves how a cluster has its balancer, on either network: where it is found is told, who connects while it is killed waits, and its servers
// can be told what to do.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { loggedLines } from '../support/logged-lines.ts';
import { SteadyTraffic } from '../support/steady-traffic.ts';
import { WebCluster } from '../support/web-cluster.ts';

interface Status {
  readonly balancer: {
    readonly engine: string;
    readonly accessLog: string;
    readonly ingress: { readonly http: readonly string[]; readonly https: readonly string[] };
    readonly statistics: { readonly url: string; readonly user: string; readonly password: string };
  };
}

interface ListedServer {
  readonly name: string;
  readonly state: string;
  readonly active: boolean;
  readonly share: number;
}

const patienceMs = 30_000;

async function listening(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

for (const network of ['loopback', 'netns'] as const) {
  suite(`the balancer of a cluster on the network ${network}`, () => {
    const cluster = new WebCluster();
    const told = ['--access-log-format', 'json', '--statistics-path', '/haproxy?stats'];
    before(() => cluster.up(3, '--nodes', '2', '--network', network, ...told));
    after(() => cluster.delete());

    const status = async () => JSON.parse(await cluster.relevo('status', '-o', 'json')) as Status;
    const servers = async () =>
      JSON.parse(await cluster.relevo('server', 'list', 'web', '-o', 'json')) as ListedServer[];

    test('is told of, and its statistics are for those who log in', async () => {
      const { engine, statistics } = (await status()).balancer;
      assert.equal(engine, 'embedded');
      assert.match(statistics.url, /\/haproxy\?stats$/);
      assert.equal((await fetch(statistics.url)).status, 401);
      const login = Buffer.from(`${statistics.user}:${statistics.password}`).toString('base64');
      const page = await fetch(statistics.url, { headers: { authorization: `Basic ${login}` } });
      assert.match(await page.text(), /default\/web:80/);
    });

    test('an Ingress is served where up says, once nobody else has the port, and its requests are written down', async (t) => {
      const { ingress, accessLog } = (await status()).balancer;
      const { http } = ingress;
      // A cluster of another test may have taken the same port meanwhile: nobody's until there is an Ingress.
      const other = await eventually(() => listening(Number(new URL(String(http[0])).port)), 2 * patienceMs);
      t.after(() => other.close());
      await cluster.kubectl('create', 'ingress', 'web', '--default-backend=web:80');
      const reasons = ['get', 'events', '--field-selector', 'involvedObject.kind=Ingress', '-o'];
      await eventually(
        async () => /PortUnavailable/.test(await cluster.kubectl(...reasons, 'jsonpath={.items[*].reason}')),
        patienceMs,
      );
      other.close();
      for (const url of http) {
        const answer = await eventually(async () => {
          const response = await fetch(url).catch(() => undefined);
          return response?.status === 200 && ((await response.json()) as { pod: string });
        }, patienceMs);
        assert.match(answer.pod, /^web-/, url);
      }
      for (const line of await loggedLines(accessLog)) assert.ok(JSON.parse(line).frontend, line);
    });

    test('who connects while it, or its engine, is killed waits', async () => {
      for (const what of [[], ['--engine']]) {
        const traffic = new SteadyTraffic(cluster.url);
        await cluster.relevo('balancer', 'kill', ...what);
        await traffic.served(50);
        const { refused, cut } = await traffic.stop();
        assert.equal(refused, 0, `${what}: refused`);
        // Those that were under way.
        assert.ok(cut <= traffic.atOnce * 2, `${what}: ${cut} were cut`);
      }
    });

    test('a server is drained and given weights by commands', async () => {
      const [one, two] = await servers();
      assert.ok(one && two);
      await cluster.relevo('server', 'maint', 'web', one.name);
      await cluster.relevo('server', 'weight', 'web', two.name, '3');
      const expected = { [one.name]: 'maint 0', [two.name]: 'ready 0.75' };
      await eventually(async () => {
        const known = (await servers()).map(({ name, state, share }) => [name, `${state} ${share}`] as const);
        return known.every(([name, is]) => is === (expected[name] ?? 'ready 0.25'));
      }, patienceMs);
      for (let request = 0; request < 8; request++) assert.notEqual(await cluster.answer(), one.name);
      await cluster.relevo('server', 'ready', 'web', one.name);
      await eventually(async () => (await servers()).every(({ active }) => active), patienceMs);
    });
  });
}
