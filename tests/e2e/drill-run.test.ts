// Drills as their users run them: a verdict with its evidence, what keeps one from being started, Ctrl-C, and a cluster known by its API alone.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { RealCluster } from '../support/real-cluster.ts';

const cluster = new RealCluster();
const application = path.resolve(import.meta.dirname, '../../examples/drills/application/shop.yml');
const exitCodes = { pass: 0, fail: 1, inconclusive: 3 } as const;

interface Result {
  readonly verdict: keyof typeof exitCodes;
  readonly reasons: readonly string[];
  readonly seed: number;
  readonly runs: readonly {
    readonly accounting: {
      readonly sent: number;
      readonly remainder: number;
      readonly unexplained: number;
      readonly binsRemainder?: number;
      readonly bySample: Readonly<Record<string, number>>;
      readonly why?: string;
    };
    readonly faults: readonly {
      readonly proof?: object;
      readonly victims: { readonly nodes: readonly string[] };
    }[];
    readonly outcomes: readonly {
      readonly result: string;
      readonly expectation: { readonly measure: string };
    }[];
    readonly remains: readonly string[];
  }[];
}

before(() => cluster.up());
after(() => cluster.delete());

/** Limits that a busy machine keeps to: what is tried here is not its speed. */
function drill(name: string, fault: string, more = ''): string {
  const file = path.join(cluster.home.path, `${name}.yml`);
  const lines = [
    `application: [${application}]`,
    'target: { service: shop, namespace: relevo-drills }',
    'load: { rate: 40/s }',
    'steady: { p99: <3s, for: 1s }',
    'calm: 3s',
    `faults: [${fault}]`,
    more,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

function out(name: string): string {
  return path.join(cluster.home.path, 'out', name);
}

function resultIn(folder: string): Result {
  return JSON.parse(readFileSync(path.join(folder, 'result.json'), 'utf8'));
}

async function refused(pattern: RegExp, ...args: string[]): Promise<void> {
  const { code, stderr, stdout } = await cluster.home.run('drill', 'run', ...args);
  assert.equal(code, 2, stdout + stderr);
  const lines = stderr.split('\n').filter((line) => line.startsWith('relevo: '));
  assert.equal(lines.length, 1, stderr);
  assert.match(lines[0] ?? '', pattern);
}

async function isGone(): Promise<boolean> {
  const found = await cluster.kubectl(
    'get',
    'namespace',
    'relevo-drills',
    '--ignore-not-found',
    '-o',
    'name',
  );
  return found === '';
}

test('a drill ends with a verdict, its exit code, and evidence in which every request is accounted for', async () => {
  const file = drill(
    'replica',
    '{ fault: replica-kill }',
    'expect: { trafficRto: <=20s, failedRequests: <=40 }',
  );
  const folder = out('replica');
  const { code, stdout, stderr } = await cluster.home.run(
    'drill',
    'run',
    file,
    '--out',
    folder,
    '--seed',
    '5',
  );
  const result = resultIn(folder);
  assert.equal(code, exitCodes[result.verdict], stdout + stderr);
  assert.notEqual(result.verdict, 'fail', result.reasons.join('; '));
  assert.equal(result.seed, 5);
  const [run] = result.runs;
  assert.ok(run?.faults[0]?.proof);
  const { sent, remainder, unexplained, binsRemainder, bySample } = run.accounting;
  assert.equal(remainder, 0);
  assert.equal(unexplained, 0);
  assert.equal(binsRemainder, 0);
  assert.equal(
    sent,
    Object.values(bySample).reduce((sum, count) => sum + count, 0),
  );
  assert.ok(sent > 200, `${sent} requests`);
  assert.deepEqual(
    run.outcomes.filter((one) => one.result !== 'met'),
    [],
  );
  assert.match(stdout, /Verdict: (pass|inconclusive)/);
  assert.deepEqual(readdirSync(folder).sort(), ['junit.xml', 'load', 'report.html', 'result.json']);
  assert.ok(existsSync(path.join(folder, 'load', 'results.jtl')));
  const page = readFileSync(path.join(folder, 'report.html'), 'utf8');
  assert.match(page, /replica-kill/);
  assert.doesNotMatch(page, /<script|src="http/);
  assert.ok(await isGone(), 'the application that was not there before is gone again');
});

test('what cannot be started is refused in one line, and leaves nothing', async () => {
  const good = drill('good', '{ fault: replica-kill }');
  const full = out('full');
  mkdirSync(full, { recursive: true });
  writeFileSync(path.join(full, 'mine'), '');
  await refused(/is not empty/, good, '--out', full);
  await refused(/there is no drill "nothing-of-the-kind"/, 'nothing-of-the-kind');
  await refused(
    /:6: faults\[0\].*no fault "earthquake"|earthquake/,
    drill('unknown', '{ fault: earthquake }'),
  );
  const nobody = path.join(cluster.home.path, 'nobody.yml');
  writeFileSync(nobody, 'target: { service: nobody }\n');
  await refused(
    /the target does not answer: there is no Service default\/nobody/,
    nobody,
    '--out',
    out('nobody'),
  );
  const elsewhere = ['--name', 'elsewhere', '--out', out('elsewhere')];
  await refused(/the cluster "elsewhere" does not run/, good, ...elsewhere);
  assert.ok(await isGone());
});

test('Ctrl-C takes the fault back, and what is known so far is the evidence', async () => {
  const file = drill('node', '{ fault: node-stop, for: 10m }', 'safety: { within: 20m }');
  const folder = out('node');
  const running = cluster.home.start('drill', 'run', file, '--out', folder);
  await running.says(/Proven: node-stop/, 90_000);
  running.process.kill('SIGINT');
  const { code, stdout, stderr } = await running.ended;
  assert.equal(code, 130, stdout + stderr);
  const result = resultIn(folder);
  assert.equal(result.verdict, 'inconclusive');
  assert.ok(result.reasons.includes('interrupted'), result.reasons.join('; '));
  assert.deepEqual(result.runs[0]?.remains, []);
  const [node = ''] = result.runs[0]?.faults[0]?.victims.nodes ?? [];
  const list = await cluster.relevo('node', 'list');
  assert.match(list, new RegExp(`^${node} +running`, 'm'));
  assert.equal(await cluster.relevo('drill', 'undo'), 'No drill has left anything behind.\n');
});

test('of a cluster that is known by its API alone, faults of pods are possible, those of nodes are not', async () => {
  const kubeconfig = path.join(cluster.home.path, 'clusters/default/admin.kubeconfig');
  const foreign = ['--kubeconfig', kubeconfig];
  const cut = drill('cut', '{ fault: node-partition, for: 5s }');
  await refused(/node-partition is not possible here: .*its API alone/, cut, ...foreign, '--out', out('cut'));
  await eventually(isGone, 60_000);
  const url = await ownAddress();
  const file = drill('pods', '{ fault: pod-delete }', 'expect: { trafficRto: <=30s, unattributed: <=1000 }');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('relevo-drills }', `relevo-drills, url: "${url}" }`),
  );
  const folder = out('pods');
  const { stdout, stderr } = await cluster.home.run('drill', 'run', file, ...foreign, '--out', folder);
  const [run] = resultIn(folder).runs;
  assert.ok(run?.faults[0]?.proof, stdout + stderr);
  assert.equal(run.accounting.remainder, 0);
  assert.match(run.accounting.why ?? '', /no access to the balancer's records/);
});

/** Where the application will be served, whoever asks. */
async function ownAddress(): Promise<string> {
  await cluster.kubectl('apply', '-f', application);
  const port = await eventually(async () => {
    return cluster.kubectl(
      'get',
      'service',
      'shop',
      '-n',
      'relevo-drills',
      '-o',
      'jsonpath={.spec.ports[0].nodePort}',
    );
  }, 30_000);
  return `http://127.0.0.1:${port}`;
}

test('a drill that crosses its safety limit is halted, and everything is put back', async () => {
  const limits = 'safety: { bad: 50%, for: 2s, within: 20m }';
  const folder = out('halted');
  const file = drill('halted', '{ fault: everything-down, for: 10m }', limits);
  const { code, stdout, stderr } = await cluster.home.run('drill', 'run', file, '--out', folder);
  const { verdict, reasons, runs } = resultIn(folder);
  assert.equal(code, exitCodes[verdict], stdout + stderr);
  assert.notEqual(verdict, 'pass');
  assert.ok(
    reasons.some((reason) => reason.startsWith('halted: ')),
    reasons.join('; '),
  );
  assert.deepEqual(runs[0]?.remains, []);
  const list = await cluster.relevo('node', 'list');
  assert.equal(
    list
      .trim()
      .split('\n')
      .filter((line) => / running /.test(line)).length,
    3,
    list,
  );
});

test('a drill is repeated as often as it is to be, each time with a seed of its own', async () => {
  const folder = out('twice');
  const file = drill('twice', '{ fault: kubelet-kill }', 'expect: { unattributed: <=1000 }');
  await cluster.home.run(
    'drill',
    'run',
    file,
    '--out',
    folder,
    '--seed',
    '8',
    '--repeats',
    '2',
    '--lang',
    'es',
  );
  const { runs, seed } = resultIn(folder);
  assert.deepEqual([seed, runs.length], [8, 2]);
  assert.ok(existsSync(path.join(folder, 'run-2', 'load', 'results.jtl')));
  assert.match(readFileSync(path.join(folder, 'report.html'), 'utf8'), /lang="es"[\s\S]*Ejecución 2/);
});
