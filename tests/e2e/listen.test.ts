// `up --listen`: others reach Ingresses, node ports and statistics by the addresses that this machine has for them, and nobody reaches anything
// there unless that was asked for. With real processes; nothing of it leaves this machine.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { EngineName } from '../../src/lb/engine.ts';
import type { BalancerStatus } from '../../src/machinery/balancer-status.ts';
import { BalancedCluster } from '../support/balanced/balanced-cluster.ts';
import { ingress, pathTo, webDeployment, webService } from '../support/balanced/manifests.ts';
import { eventually } from '../support/eventually.ts';
import { RelevoHome } from '../support/relevo.ts';

/** Starting processes takes its time on a busy machine. */
const patienceMs = 60_000;

/** By which others would reach this machine. */
const own = Object.values(networkInterfaces())
  .flatMap((some) => some ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;
const alone = own === undefined && 'this machine has no address but those of its loopback';

interface Status {
  readonly apiUrl: string;
  readonly balancer: BalancerStatus;
  readonly services: readonly { readonly name: string; readonly url: string }[];
}

/** The URLs at one address of this machine. */
interface Reach {
  readonly http: string;
  readonly https: string;
  readonly statistics: string;
  readonly nodePort: string;
}

/** The status of the answer, or the code of the system's error. */
function asked(url: string, login?: string): Promise<number | string> {
  return new Promise((resolve) => {
    const ask = url.startsWith('https:') ? secureRequest : request;
    const options = { agent: false as const, auth: login, rejectUnauthorized: false, timeout: 20_000 };
    const sent = ask(url, options, (response) => {
      response.resume().on('close', () => resolve(response.statusCode ?? 0));
    });
    sent.on('timeout', () => sent.destroy(Object.assign(new Error('no answer'), { code: 'TIMEOUT' })));
    sent.on('error', ({ code = '' }: NodeJS.ErrnoException) => resolve(code));
    sent.end();
  });
}

function answers(url: string, expected: number | string, login?: string): Promise<unknown> {
  return eventually(async () => {
    const got = await asked(url, login);
    if (got === expected) return true;
    throw new Error(`${url} answers ${got}, not ${expected}`);
  }, patienceMs);
}

class ListeningCluster extends BalancedCluster {
  async status(): Promise<Status> {
    const { code, stdout, stderr } = await this.home.run('status', '-o', 'json');
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Status;
  }

  /** An application behind an Ingress and a node port. */
  async serve(): Promise<void> {
    const annotations = { 'relevo.dev/tls': 'self-signed', 'relevo.dev/ssl-redirect': 'false' };
    const spec = { rules: [{ http: { paths: [pathTo('web')] } }] };
    await this.applyObjects(
      webDeployment({ name: 'web', replicas: 1 }),
      webService('web'),
      ingress('web', { annotations, spec }),
    );
    await this.settled('app=web', 1);
  }

  /** What status names for the address; undefined: it does not. */
  async told(host: string): Promise<Partial<Reach>> {
    const { balancer, services } = await this.status();
    const at = (urls: readonly string[]) => urls.find((url) => new URL(url).hostname === host);
    const { ingress: places, statistics } = balancer;
    return {
      ...{ http: at(places.http), https: at(places.https) },
      statistics: at([statistics.url, ...(statistics.others ?? [])]),
      nodePort: at(services.flatMap(({ name, url }) => (name === 'web' ? [url] : []))),
    };
  }

  /** Resolves when all of it answers there, the statistics to those with the password. */
  async isReached(host: string): Promise<Reach> {
    const { http = '', https = '', statistics = '', nodePort = '' } = await this.told(host);
    const { user, password } = (await this.status()).balancer.statistics;
    await answers(http, 200);
    await answers(https, 200);
    await answers(nodePort, 200);
    await answers(statistics, 401);
    await answers(statistics, 200, `${user}:${password}`);
    return { http, https, statistics, nodePort };
  }

  /** Resolves when nobody listens at any of these. */
  async refuses(reach: Reach): Promise<void> {
    for (const url of Object.values(reach)) await answers(url, 'ECONNREFUSED');
  }
}

/** The same places, elsewhere. */
function movedTo(host: string, reach: Reach): Reach {
  const moved = (text: string) => Object.assign(new URL(text), { hostname: host }).href;
  const { http, https, statistics, nodePort } = reach;
  return {
    ...{ http: moved(http), https: moved(https) },
    ...{ statistics: moved(statistics), nodePort: moved(nodePort) },
  };
}

const kinds: readonly { network: string; engine: EngineName }[] = [
  { network: 'netns', engine: 'embedded' },
  { network: 'loopback', engine: 'haproxy' },
];

for (const { network, engine } of kinds) {
  suite(`a cluster that is to be reached, ${network} with ${engine}`, { skip: alone }, () => {
    const cluster = new ListeningCluster();
    const host = own ?? '';
    let reach: Reach;

    before(async () => {
      await cluster.up('--nodes', '1', '--network', network, '--engine', engine, '--listen', '0.0.0.0');
      await cluster.serve();
    });
    after(() => cluster.delete());

    test('is reached by an address that others can use, and by that of this machine as ever', async () => {
      reach = await cluster.isReached(host);
      await cluster.isReached('127.0.0.1');
    });

    test('keeps its API to itself', async () => {
      const { apiUrl } = await cluster.status();
      const elsewhere = Object.assign(new URL(apiUrl), { hostname: host }).href;
      assert.equal(await asked(elsewhere), 'ECONNREFUSED');
    });

    test('leaves the same ports to the addresses of Services', async () => {
      const port = Number(new URL(reach.http).port);
      const ports = [{ name: 'http', port, targetPort: 8080 }];
      await cluster.applyObjects(webService('beside', { app: 'web' }, { type: 'LoadBalancer', ports }));
      const address = await eventually(
        async () =>
          (await cluster.kubectl('get', 'service', 'beside', '-o', 'jsonpath={.status..ip}')) || undefined,
        patienceMs,
      );
      await answers(`http://${address}:${port}`, 200);
    });

    test('is reached again after its balancer was killed', async () => {
      await cluster.kill('balancer');
      assert.deepEqual(await cluster.isReached(host), reach);
    });

    test('is so at the next start, too, without a word', async () => {
      await cluster.relevo('down');
      await cluster.up();
      assert.deepEqual(await cluster.isReached(host), reach);
    });

    test('is for this machine only once it was told so', async () => {
      await cluster.relevo('down');
      await cluster.up('--listen', '127.0.0.1');
      await cluster.isReached('127.0.0.1');
      await cluster.refuses(reach);
      const nobody = { http: undefined, https: undefined, statistics: undefined, nodePort: undefined };
      assert.deepEqual(await cluster.told(host), nobody);
    });
  });
}

suite('a cluster that nobody asked to be reached', { skip: alone }, () => {
  const cluster = new ListeningCluster();
  before(async () => {
    await cluster.up('--nodes', '1');
    await cluster.serve();
  });
  after(() => cluster.delete());

  test('listens on this machine only', async () => {
    const inside = await cluster.isReached('127.0.0.1');
    await cluster.refuses(movedTo(own ?? '', inside));
  });

  test('takes an address of this machine besides its loopback', async () => {
    await cluster.relevo('down');
    await cluster.up('--listen', own ?? '');
    await cluster.isReached('127.0.0.1');
    await cluster.isReached(own ?? '');
  });
});

test('an address that is none, or of another machine, is told before anything is started', async () => {
  const home = new RelevoHome();
  try {
    for (const address of ['everywhere', '127.0.0.1:8080', '198.51.100.7', '2001:db8::7']) {
      const { code, stdout, stderr } = await home.run('up', '--detach', '--listen', address);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, /^relevo: [^\n]*--listen[^\n]* address[^\n]*\n$/);
    }
    assert.match((await home.run('status')).stdout, /^There is no cluster/);
    const folder = path.join(home.path, 'clusters/default/data');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'cluster.json'), JSON.stringify({ listen: '198.51.100.7' }));
    const { code, stdout, stderr } = await home.run('up', '--detach');
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, /^relevo: [^\n]*198\.51\.100\.7, as last time[^\n]*--listen[^\n]*\n$/);
    assert.deepEqual(readdirSync(folder), ['cluster.json']);
  } finally {
    home.remove();
  }
});
