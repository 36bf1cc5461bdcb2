// BackendPolicies as people use them, with the real kubectl: what is accepted and what is flagged, backups hot and cold, the sorry page, cookies,
// limits, weights, states by command, nodes as servers, and Services that are not HTTP.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { BackendPolicy } from '../../src/api/relevo/backend-policy-types.ts';
import { askedPods, askPod, BalancedCluster, podOf } from '../support/balanced/balanced-cluster.ts';
import { backendPolicy, configMap, webDeployment, webService } from '../support/balanced/manifests.ts';
import { recorded, underLoad } from '../support/balanced/under-load.ts';
import { eventually } from '../support/eventually.ts';
import { ask } from '../support/lb/user.ts';

const cluster = new BalancedCluster();
const example = path.join(import.meta.dirname, '../../examples/balancer/shop.yml');
const primaries = 'app=shop,tier=primary';
const backups = 'app=shop,tier=backup';
const shopBackend = 'default/shop:http';
let shop = 0;

before(async () => {
  await cluster.start();
  // On any port, since tests run side by side; and backups need not stay so long.
  const text = readFileSync(example, 'utf8')
    .replace(', nodePort: 30090', '')
    .replace('after: 5s', 'after: 1s');
  await cluster.apply(text);
  await Promise.all([cluster.settled(primaries, 3), cluster.settled(backups, 2)]);
  shop = await cluster.nodePort('shop');
  await cluster.backend(shopBackend, ({ backupsActive }) => backupsActive === 0);
});
after(() => cluster.delete());

/** Resolves when the policy says so of itself. */
async function verdict(name: string, status: 'True' | 'False', reason: string): Promise<string> {
  return eventually(async () => {
    const policy = await cluster.object<BackendPolicy>('backendpolicy', name);
    const found = policy.status?.conditions?.find(({ type }) => type === 'Accepted');
    const isOfNow = policy.status?.observedGeneration === policy.metadata.generation;
    if (isOfNow && found?.status === status && found.reason === reason) return found.message ?? '';
    throw new Error(`not ${status} ${reason}: ${JSON.stringify(policy.status)}`);
  }, 20_000);
}

/** What does not answer any more, whatever becomes of the rest of the cluster. */
async function holdDown(names: readonly string[]): Promise<void> {
  for (const name of names) await cluster.relevo('pod', 'kill', name, '--hold');
}

async function letUp(names: readonly string[]): Promise<void> {
  for (const name of names) await cluster.relevo('pod', 'thaw', name);
}

test('a policy is accepted, listed and explained', async () => {
  await verdict('shop', 'True', 'Accepted');
  assert.match(
    await cluster.kubectl('get', 'backendpolicies'),
    /NAME +SERVICE +BALANCE +BACKUP +ACCEPTED +AGE\nshop +shop +roundrobin +hot +True /,
  );
  const calm = /NAME +ENGINE .*\nrelevo +embedded +2 +6 +4 +0 /;
  await eventually(async () => calm.test(await cluster.kubectl('get', 'balancers')), 20_000);
  const field = 'backendpolicy.spec.backup.activate.whenBusyAbove';
  assert.match(await cluster.kubectl('explain', field), /this share of the\s+maxconn/);
});

test('what a policy cannot mean is refused or flagged with the reason, and what was good stays in force', async () => {
  const page = { 'index.html': '<h1>closed on Mondays</h1>' };
  const good = { sorry: { configMap: { name: 'monday' } } };
  await cluster.applyObjects(webService('other', { app: 'none' }), configMap('monday', page));
  await cluster.applyObjects(backendPolicy('other', good));
  await verdict('other', 'True', 'Accepted');
  const port = Number(
    await cluster.kubectl('get', 'service', 'other', '-o', 'jsonpath={.spec.ports[0].nodePort}'),
  );
  const shown = async () => (await ask(port)).body;
  await eventually(async () => (await shown()).includes('closed on Mondays'));

  const bad: [spec: object, reason: string, message: RegExp][] = [
    [{ timeouts: { connect: '0s' } }, 'Invalid', /spec\.timeouts\.connect must be more than 0/],
    [{ servers: { minconn: 3 } }, 'Invalid', /minconn and fullconn need each other/],
    [{ sorry: { configMap: { name: 'tuesday' } } }, 'SorryPageMissing', /ConfigMap "tuesday" does not exist/],
  ];
  for (const [spec, reason, message] of bad) {
    await cluster.applyObjects(backendPolicy('other', spec));
    assert.match(await verdict('other', 'False', reason), message);
    assert.match(await shown(), /closed on Mondays/);
    assert.match((await cluster.event('BackendPolicy/other', reason)).type, /Warning/);
  }
  await cluster.applyObjects(configMap('tuesday', { 'index.html': '<h1>closed on Tuesdays</h1>' }));
  await verdict('other', 'True', 'Accepted');
  await eventually(async () => (await shown()).includes('closed on Tuesdays'));

  await cluster.applyObjects(backendPolicy('nowhere', { targetRef: { kind: 'Service', name: 'nowhere' } }));
  assert.match(await verdict('nowhere', 'False', 'ServiceNotFound'), /"nowhere" does not exist/);
  await cluster.applyObjects(backendPolicy('second', { targetRef: { kind: 'Service', name: 'other' } }));
  assert.match(await verdict('second', 'False', 'Conflicted'), /"other" is older/);
  await assert.rejects(cluster.applyObjects(backendPolicy('third', { balance: 'fastest' })), /balance/);
  await cluster.kubectl('delete', 'backendpolicy', 'other');
  await verdict('second', 'True', 'Accepted');
});

test('hot backups take over when the primaries die, and leave when they are back; nobody notices', async () => {
  const all = await cluster.settled(primaries, 3);
  const standby = (await cluster.settled(backups, 2)).map(({ name }) => name);
  const names = all.map(({ name }) => name);
  // The three may die so quickly that a request is lost with each.
  const patience = JSON.stringify({ spec: { retries: { attempts: names.length } } });
  await cluster.kubectl('patch', 'backendpolicy', 'shop', '--type=merge', '-p', patience);
  await verdict('shop', 'True', 'Accepted');
  await underLoad(shop, async () => {
    await holdDown(names);
    await cluster.backend(shopBackend, ({ backupsActive }) => backupsActive === 2);
    for (const pod of (await askedPods(shop, 10)).keys()) assert.ok(standby.includes(pod), pod);
    await letUp(names);
    await cluster.settled(primaries, 3);
    await cluster.backend(shopBackend, ({ backupsActive }) => backupsActive === 0);
    for (const pod of (await askedPods(shop, 10)).keys()) assert.ok(names.includes(pod), pod);
  });
});

test('with nothing left there is the page of the ConfigMap for everyone, also with the control plane dead', async () => {
  const names = [...(await cluster.pods(primaries)), ...(await cluster.pods(backups))].map(
    ({ name }) => name,
  );
  const { counts } = await recorded({ port: shop }, async () => {
    await holdDown(names);
    await cluster.backend(shopBackend, ({ sorry }) => sorry);
    await assertSorry();
    await cluster.withoutControlPlane(assertSorry);
    await letUp(names);
    await cluster.settled(primaries, 3);
    await eventually(async () => (await ask(shop)).status === 200, 20_000);
  });
  // Nobody was refused, cut off, or shown an error of the plumbing.
  assert.deepEqual(Object.keys(counts).sort(), ['200', '503']);
  await cluster.backend(shopBackend, ({ backupsActive }) => backupsActive === 0);
});

async function assertSorry(): Promise<void> {
  const cases: [headers: Record<string, string>, type: RegExp, body: RegExp][] = [
    [{}, /^text\/html/, /Back in a moment/],
    [{ accept: 'text/html', 'accept-language': 'es-ES,es;q=0.9' }, /^text\/html/, /Volvemos enseguida/],
    [{ accept: 'application/json' }, /^application\/json/, /^\{"error":"back in a moment"\}$/],
  ];
  for (const [headers, type, body] of cases) {
    const answer = await ask(shop, { headers });
    assert.equal(answer.status, 503);
    assert.match(String(answer.headers['content-type']), type);
    assert.match(answer.body, body);
    const { 'retry-after': after, 'cache-control': cache, 'x-relevo-outcome': outcome } = answer.headers;
    assert.deepEqual({ after, cache, outcome }, { after: '5', cache: 'no-store', outcome: 'sorry' });
  }
}

test('cold backups are started while the request waits, and are stopped when they are not needed any more', async () => {
  const labels = { app: 'cold', tier: 'backup' };
  await cluster.applyObjects(
    webDeployment({ name: 'cold', replicas: 1, labels: { app: 'cold', tier: 'primary' } }),
    webDeployment({ name: 'cold-backup', replicas: 0, labels }),
    webService('cold', { app: 'cold', tier: 'primary' }),
    backendPolicy('cold', {
      queue: { timeout: '60s' },
      backup: { selector: { matchLabels: labels }, start: 'cold', release: { after: '1s' } },
    }),
  );
  const [primary] = await cluster.settled('app=cold,tier=primary', 1);
  const name = String(primary?.name);
  const port = await cluster.nodePort('cold');
  assert.equal(await askPod(port), name);
  await holdDown([name]);
  assert.match(await askPod(port, { timeoutMs: 60_000 }), /^cold-backup-/);
  await letUp([name]);
  const replicas = ['get', 'deployment', 'cold-backup', '-o', 'jsonpath={.spec.replicas}'];
  await eventually(async () => (await cluster.kubectl(...replicas)) === '0', 30_000);
  await cluster.settled('app=cold', 1);
  assert.equal(await askPod(port), name);
});

test('a user stays with a pod by cookie, moves once when it goes, and nobody else moves', async () => {
  await cluster.applyObjects(
    webDeployment({ name: 'sticky', replicas: 3 }),
    webService('sticky'),
    backendPolicy('sticky', { persistence: { cookie: { name: 'who' } } }),
  );
  await cluster.settled('app=sticky', 3);
  const port = await cluster.nodePort('sticky');
  await cluster.active('default/sticky:http', 3);
  await verdict('sticky', 'True', 'Accepted');
  const users = await Promise.all(Array.from({ length: 6 }, () => newUser(port)));
  assert.equal(new Set(users.map(({ pod }) => pod)).size, 3);
  for (const { pod, cookie } of users)
    assert.deepEqual([...(await askedPods(port, 5, { headers: { cookie } }))], [[pod, 5]]);

  const gone = String(users[0]?.pod);
  await cluster.kubectl('delete', 'pod', gone);
  for (const { pod, cookie } of users) {
    const answer = await ask(port, { headers: { cookie } });
    if (pod !== gone) assert.deepEqual([podOf(answer), answer.headers['set-cookie']], [pod, undefined]);
    else await assertMovedOnce(port, answer.headers['set-cookie'], podOf(answer));
  }
});

async function newUser(port: number): Promise<{ pod: string; cookie: string }> {
  const answer = await ask(port);
  return { pod: podOf(answer), cookie: cookieIn(answer.headers['set-cookie']) };
}

async function assertMovedOnce(port: number, setCookie: string[] | undefined, pod: string): Promise<void> {
  const headers = { cookie: cookieIn(setCookie) };
  assert.deepEqual([...(await askedPods(port, 5, { headers }))], [[pod, 5]]);
}

function cookieIn([line = '']: string[] = []): string {
  assert.match(line, /^who=[\w-]{16}; Path=\/; HttpOnly/);
  return line.slice(0, line.indexOf(';'));
}

test('a pod gets as many requests as it may have, as many wait as may wait, and the rest is told at once', async () => {
  await cluster.applyObjects(
    webDeployment({ name: 'narrow', replicas: 1 }),
    webService('narrow'),
    backendPolicy('narrow', { servers: { maxconn: 1 }, queue: { max: 1, timeout: '60s' } }),
  );
  await cluster.settled('app=narrow', 1);
  const port = await cluster.nodePort('narrow');
  await verdict('narrow', 'True', 'Accepted');
  const backend = () => cluster.backendStats('default/narrow:http');
  const first = ask(port, { path: '/slow?ms=5000' });
  await eventually(async () => (await backend()).inFlight === 1);
  const second = ask(port);
  await eventually(async () => (await backend()).queued === 1);
  const third = await ask(port, { headers: { accept: 'application/json' } });
  assert.deepEqual([third.status, third.headers['x-relevo-outcome']], [503, 'shed']);
  assert.deepEqual([(await first).status, (await second).status], [200, 200]);
  const { bins, servers } = await backend();
  assert.equal(bins.shed, 1);
  assert.equal(servers[0]?.mostInFlight, 1);
});

test('weights and states are given by annotation and by command, and shares are told', async () => {
  await cluster.applyObjects(webDeployment({ name: 'pair', replicas: 2 }), webService('pair'));
  const [one, two] = (await cluster.settled('app=pair', 2)).map(({ name }) => name) as [string, string];
  const port = await cluster.nodePort('pair');
  const backend = 'default/pair:http';
  await cluster.active(backend, 2);
  const weightOf = (name: string, weight: number) =>
    cluster.backend(backend, ({ servers }) => servers.some((it) => it.name === name && it.weight === weight));
  const stateOf = (name: string, state: string) =>
    cluster.backend(backend, ({ servers }) => servers.some((it) => it.name === name && it.state === state));

  await cluster.kubectl('annotate', 'pod', one, 'relevo.dev/weight=3');
  await weightOf(one, 3);
  assert.deepEqual(Object.fromEntries(await askedPods(port, 40)), { [one]: 30, [two]: 10 });
  const listed = await cluster.relevo('server', 'list', 'pair');
  assert.match(listed, new RegExp(`${one} +.*75 %`));
  assert.match(listed, new RegExp(`${two} +.*25 %`));

  await cluster.relevo('server', 'weight', 'pair', two, '3');
  await weightOf(two, 3);
  assert.deepEqual(Object.fromEntries(await askedPods(port, 40)), { [one]: 20, [two]: 20 });

  for (const state of ['drain', 'maint']) {
    await cluster.relevo('server', state, 'pair', one);
    await stateOf(one, state);
    const told = await cluster.relevo('server', 'list', 'pair');
    assert.match(told, new RegExp(`${one} .* relevo.dev/state=${state}$`, 'm'));
    assert.deepEqual(Object.fromEntries(await askedPods(port, 10)), { [two]: 10 });
    await cluster.relevo('server', 'ready', 'pair', one);
    await stateOf(one, 'ready');
  }
  assert.equal((await askedPods(port, 10)).size, 2);
});

test('nodes are servers, a new one enters by itself, and shares are told for each', async () => {
  const policy = backendPolicy('nodes', {
    servers: { from: 'nodes' },
    check: { http: { path: '/healthz' } },
  });
  await cluster.applyObjects(webService('nodes', { app: 'agent' }), policy);
  const nodePort = await cluster.kubectl(
    'get',
    'service',
    'nodes',
    '-o',
    'jsonpath={.spec.ports[0].nodePort}',
  );
  const agentOn = (node: string) => cluster.applyObjects(nodeAgent(node, nodePort));
  for (const node of ['node-1', 'node-2', 'node-3']) await agentOn(node);
  const ready = async (count: number) =>
    (await cluster.active('default/nodes:http', count)).servers
      .filter(({ active }) => active)
      .map(({ name, node }) => [name, node]);
  assert.deepEqual(
    (await ready(3)).sort(),
    [1, 2, 3].map((n) => [`node-${n}`, `node-${n}`]),
  );
  await cluster.relevo('node', 'add');
  await agentOn('node-4');
  assert.ok((await ready(4)).some(([name]) => name === 'node-4'));
  assert.equal((await askedPods(Number(nodePort), 8)).size, 4);
  assert.match(await cluster.relevo('server', 'list', 'nodes'), /node-4 .*25 %/);
});

/** What a node port needs on a node: somebody who listens on the node's own address. */
function nodeAgent(node: string, port: string): object {
  const env = [
    { name: 'HOST', value: '0.0.0.0' },
    { name: 'PORT', value: port },
  ];
  const container = { name: 'web', image: 'relevo/web', env };
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: `agent-${node}` } },
    spec: { nodeName: node, hostNetwork: true, containers: [container] },
  };
}

test('what is not HTTP is passed on as it is', async () => {
  const ports = [{ name: 'http', port: 80, targetPort: 8080, appProtocol: 'tcp' }];
  await cluster.applyObjects(webService('bytes', { app: 'pair' }, { ports }));
  const port = await cluster.nodePort('bytes');
  // Refused where requests are read.
  const strange = { path: '/a/../b' };
  await cluster.active('default/bytes:http', 2);
  assert.match(await askPod(port, strange), /^pair-/);
  assert.equal((await ask(await cluster.nodePort('pair'), strange)).status, 400);
});
