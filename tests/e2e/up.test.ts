// Proves that what the README shows is so, with real processes and the real kubectl: `up` gives a cluster whose replicas answer in turn and
// come back when they are killed; a second `up` finds everything; and nothing is left when it ends.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { processesOf, RelevoHome, type Running } from '../support/relevo.ts';

const root = path.join(import.meta.dirname, '../..');
/** Starting processes takes its time on a busy machine. */
const patienceMs = 60_000;

interface UpResult {
  apiUrl: string;
  nodes: string[];
  services: { name: string; url: string }[];
  applied: { name: string; error?: string }[];
}

/** Runs `up -o json` until it has said what there is. */
async function up(home: RelevoHome, ...args: string[]): Promise<Running & { result: UpResult }> {
  const running = home.start('up', '-o', 'json', ...args);
  const result = await eventually(() => {
    const { exitCode, signalCode } = running.process;
    if (exitCode !== null || signalCode !== null) return { failed: running.stderr };
    return running.stdout.endsWith('}\n') ? { ok: JSON.parse(running.stdout) as UpResult } : undefined;
  }, patienceMs);
  if (!('ok' in result)) throw new Error(`up ended: ${result.failed}`);
  return Object.assign(running, { result: result.ok as UpResult });
}

async function ctrlC(running: Running): Promise<number | null> {
  running.process.kill('SIGINT');
  return (await running.ended).code;
}

/** A manifest of examples/web with whatever port the cluster gives it: tests run side by side. */
function webManifests(home: RelevoHome): string {
  const file = path.join(home.path, 'web.json');
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  };
  writeFileSync(file, JSON.stringify(service));
  return file;
}

async function answeringPod(url: string): Promise<string | undefined> {
  const response = await fetch(url, { headers: { connection: 'close' } });
  const { pod } = (await response.json()) as { pod: string };
  return pod;
}

/** Resolves when so many different pods have answered. */
async function untilAnsweredBy(url: string, count: number): Promise<Set<string>> {
  const seen = new Set<string>();
  await eventually(async () => {
    seen.add(String(await answeringPod(url)));
    return seen.size >= count;
  }, patienceMs);
  return seen;
}

suite('a cluster in the foreground', () => {
  let home: RelevoHome;
  let running: Running & { result: UpResult };
  const deployment = path.join(root, 'examples/web/deployment.yml');

  before(async () => {
    home = new RelevoHome();
    running = await up(home, '-f', deployment, '-f', webManifests(home));
  });
  after(async () => {
    running.process.kill('SIGINT');
    await running.ended;
    home.remove();
  });

  test('is made of three ready nodes and what the manifests say', async () => {
    assert.deepEqual(running.result.nodes, ['node-1', 'node-2', 'node-3']);
    assert.deepEqual(
      running.result.applied.map(({ name }) => name),
      ['Deployment/web', 'Service/web'],
    );
    await home.kubectl('default', 'wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=10s');
    await home.kubectl('default', 'rollout', 'status', 'deployment/web', '--timeout=60s');
    const where = await home.kubectl('default', 'get', 'pods', '-o', 'jsonpath={.items[*].spec.nodeName}');
    assert.deepEqual(where.split(' ').sort(), ['node-1', 'node-2', 'node-3']);
    assert.match(await home.kubectl('default', 'logs', 'deployment/web'), /listens on/);
    assert.match(await home.kubectl('default', 'exec', 'deployment/web', '--', 'hostname'), /./);
  });

  test('answers in turn, and a replica that is killed comes back', async () => {
    const url = running.result.services.find(({ name }) => name === 'web')?.url ?? '';
    const before = await untilAnsweredBy(url, 3);
    const [victim = ''] = before;
    await home.kubectl('default', 'delete', 'pod', victim, '--wait=false');
    await eventually(async () => {
      const names = await home.kubectl('default', 'get', 'pods', '-o', 'name');
      return !names.includes(victim);
    }, patienceMs);
    await home.kubectl('default', 'rollout', 'status', 'deployment/web', '--timeout=60s');
    assert.ok(!(await untilAnsweredBy(url, 3)).has(victim));
  });

  test('says how it is, in both ways', async () => {
    const { code, stdout } = await home.run('status', '-o', 'json');
    const status = JSON.parse(stdout);
    assert.equal(code, 0);
    assert.deepEqual([status.state, status.apiAnswers, status.nodes.length], ['running', true, 3]);
    assert.ok(status.processes.every(({ state }: { state: string }) => state === 'running'));
    const text = await home.run('status', '--lang', 'es');
    assert.match(text.stdout, /^El clúster «default» está en marcha/);
    assert.match(text.stdout, /^Nodo {2,}node-1 {2}listo/m);
  });

  test('survives the kill -9 of its control plane', async () => {
    const processes = async () => JSON.parse((await home.run('status', '-o', 'json')).stdout).processes;
    const pidOf = async () =>
      (await processes()).find(({ name }: { name: string }) => name === 'control-plane').pid as
        | number
        | undefined;
    const first = await pidOf();
    process.kill(Number(first), 'SIGKILL');
    await running.says(/control-plane runs again/);
    assert.notEqual(await pidOf(), first);
    const pods = await home.kubectl('default', 'get', 'pods', '-o', 'jsonpath={.items[*].status.phase}');
    assert.equal(pods, 'Running Running Running');
  });

  test('is not started a second time, and neither is another on its data', async () => {
    const again = await home.run('up');
    assert.equal(again.code, 1);
    assert.match(
      again.stderr,
      /^relevo: the cluster "default" is running already \(process \d+\); "relevo down --name default" stops it\n$/,
    );
    const data = path.join(home.path, 'clusters/default/data');
    const other = await home.run('up', '--name', 'other', '--data', data);
    assert.equal(other.code, 1);
    assert.match(
      other.stderr,
      /^relevo: .* is in use by another cluster \(process \d+\); stop that one, or choose [^\n]*\n$/,
    );
  });

  test('is saved while it runs, and not restored', async () => {
    const file = path.join(home.path, 'snapshot.db');
    const saved = await home.run('snapshot', 'save', file);
    assert.equal(saved.code, 0, saved.stderr);
    assert.ok(existsSync(file));
    const restored = await home.run('snapshot', 'restore', file);
    assert.equal(restored.code, 1);
    assert.match(restored.stderr, /is running already/);
  });

  test('ends by Ctrl-C without leaving a process, and starts again with the same port and objects', async () => {
    const { apiUrl } = running.result;
    assert.equal(await ctrlC(running), 0);
    assert.deepEqual(processesOf(home.path), []);
    assert.equal((await home.run('status')).code, 1);
    running = await up(home);
    assert.equal(running.result.apiUrl, apiUrl);
    const url = running.result.services.find(({ name }) => name === 'web')?.url ?? '';
    await untilAnsweredBy(url, 3);
  });

  test('takes everything with it when its supervisor is killed with -9, and the next start recovers', async () => {
    running.process.kill('SIGKILL');
    await running.ended;
    await eventually(() => processesOf(home.path).length === 0, patienceMs);
    running = await up(home);
    const url = running.result.services.find(({ name }) => name === 'web')?.url ?? '';
    await untilAnsweredBy(url, 3);
  });
});

suite('what can be told before or at the start', () => {
  let home: RelevoHome;
  before(() => {
    home = new RelevoHome();
  });
  after(() => home.remove());

  test('broken manifests are one line with file and line, and nothing is started', async () => {
    const file = path.join(home.path, 'broken.yml');
    writeFileSync(file, 'kind: Pod\nmetadata: [\n');
    const { code, stdout, stderr } = await home.run('up', '-f', file);
    assert.deepEqual([code, stdout, stderr.split('\n').length], [1, '', 2]);
    assert.match(stderr, /broken\.yml:\d+: not valid YAML/);
    assert.ok(!existsSync(path.join(home.path, 'clusters')));
  });

  test('a port that was asked for and is taken is one line and exit code 1', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { code, stderr } = await home.run('up', '--api-port', String(port));
    holder.close();
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`port ${port} is taken`));
  });

  test('numbers out of range are wrong usage', async () => {
    for (const args of [
      ['--nodes', '0'],
      ['--api-port', '70000'],
      ['--runtime', 'magic'],
    ]) {
      assert.equal((await home.run('up', ...args)).code, 2, args.join(' '));
    }
  });
});

test('a cluster of simulated nodes in the background is ready when up returns, refuses what is wrong, and goes with down', async () => {
  const home = new RelevoHome();
  try {
    const file = path.join(home.path, 'mixed.yml');
    writeFileSync(
      file,
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\nfrob: 1\n',
    );
    const args = ['--detach', '--name', 'sim', '--runtime', 'simulated', '--nodes', '10', '-f', file];
    const { code, stdout, stderr } = await home.run('up', ...args);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /mixed\.yml:5: ConfigMap\/bad: .*frob/);
    assert.match(stdout, /^Applied {2,}ConfigMap\/good$/m);
    const ready = await home.kubectl('sim', 'get', 'nodes', '--no-headers');
    assert.equal(ready.match(/ Ready /g)?.length, 10);
    await home.kubectl('sim', 'get', 'configmap', 'good');
    const down = await home.run('down', '--name', 'sim');
    assert.equal(down.code, 0);
    await eventually(() => processesOf(home.path).length === 0);
    // The nodes that are no longer wanted are gone, the rest is as it was.
    assert.equal((await home.run('up', '--detach', '--name', 'sim', '--nodes', '4')).code, 0);
    const names = await home.kubectl('sim', 'get', 'nodes', '-o', 'name');
    assert.equal(names, [1, 2, 3, 4].map((number) => `node/node-${number}\n`).join(''));
    await home.kubectl('sim', 'get', 'configmap', 'good');
  } finally {
    await home.run('delete', '--name', 'sim');
    home.remove();
  }
});

test('the demo shows what it says and leaves nothing', async () => {
  const home = new RelevoHome();
  try {
    const out = path.join(home.path, 'evidence');
    const { code, stdout, stderr } = await home.run('demo', '--out', out);
    // 3: a machine with much else to do cannot tell.
    assert.ok(code === 0 || (code === 3 && /generator/.test(stdout)), stdout + stderr);
    const [, lost = ''] = stdout.match(/ Proven: node-stop, .* on (node-\d) /) ?? [];
    assert.match(stdout, new RegExp(` ${lost} is taken for lost$`, 'm'));
    assert.match(stdout, new RegExp(` shop-\\S+ is ready on (?!${lost})node-\\d$`, 'm'));
    assert.match(stdout, / Taken back: node-stop$/m);
    const [, sent, ok] = stdout.match(/^(\d+) sent = (\d+) ok .* remainder 0$/m) ?? [];
    assert.ok(Number(sent) > 1_000 && Number(ok) > 0.9 * Number(sent), stdout);
    assert.match(stdout, /^Traffic RTO +\S+ m?s /m);
    assert.match(stdout, /^Capacity RTO +\S+ s /m);
    assert.ok(existsSync(path.join(out, 'report.html')));
    assert.ok(!existsSync(path.join(home.path, 'clusters')));
    assert.deepEqual(processesOf(home.path), []);
  } finally {
    home.remove();
  }
});

test('Ctrl-C ends the demo in the middle, and it leaves nothing', async () => {
  const home = new RelevoHome();
  try {
    const demo = home.start('demo', '--out', path.join(home.path, 'evidence'));
    await demo.says(/ Proven: node-stop, /);
    demo.process.kill('SIGINT');
    const { code } = await demo.ended;
    assert.equal(code, 130);
    assert.deepEqual(processesOf(home.path), []);
  } finally {
    home.remove();
  }
});
