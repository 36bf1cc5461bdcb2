// Drills on nodes that share this machine's network: what cannot be done to them there is refused, and a target that vanishes half-way, alone
// or with its whole cluster, is a finding and no crash.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { RealCluster } from '../support/real-cluster.ts';

const cluster = new RealCluster();
const application = path.resolve(import.meta.dirname, '../../examples/drills/application/shop.yml');
const network = ['--network', 'loopback'] as const;

const exitCodes = { pass: 0, fail: 1, inconclusive: 3 } as const;

interface Result {
  readonly verdict: keyof typeof exitCodes;
  readonly reasons: readonly string[];
  readonly runs: readonly {
    readonly accounting: { readonly sent: number; readonly remainder: number };
    readonly remains: readonly string[];
  }[];
}

before(() => cluster.up(...network));
after(() => cluster.delete());

function out(name: string): string {
  return path.join(cluster.home.path, 'out', name);
}

function isGone(): Promise<boolean> {
  const words = ['get', 'namespace', 'relevo-drills', '--ignore-not-found', '-o', 'name'];
  return cluster.kubectl(...words).then((found) => found === '');
}

/** Of an application that is there already. Its fault would come long after the target has vanished. */
function drill(name: string): string {
  const file = path.join(cluster.home.path, `${name}.yml`);
  const lines = [
    'target: { service: shop, namespace: relevo-drills }',
    'load: { rate: 40/s }',
    'steady: { p99: <3s, for: 1s }',
    'calm: 1s',
    'faults: [{ fault: node-stop, at: 10m, for: 1s }]',
    'safety: { bad: 50%, for: 2s, within: 20m }',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** Begins a drill, lets this happen once its calm phase has begun, and resolves with what it ended in. */
async function whileRunning(name: string, happens: () => Promise<unknown>): Promise<void> {
  const running = cluster.home.start('drill', 'run', drill(name), '--out', out(name));
  await running.says(/Calm: /, 90_000);
  await happens();
  const { code, stdout, stderr } = await running.ended;
  assert.doesNotMatch(stderr, /^relevo: /m, stdout);
  const result: Result = JSON.parse(readFileSync(path.join(out(name), 'result.json'), 'utf8'));
  assert.equal(code, exitCodes[result.verdict], stdout + stderr);
  assert.notEqual(result.verdict, 'pass', stdout + stderr);
  assert.ok(
    result.reasons.some((reason) => reason.startsWith('halted: ')),
    result.reasons.join('; '),
  );
  assert.equal(result.runs[0]?.accounting.remainder, 0);
  assert.deepEqual(result.runs[0]?.remains, []);
  assert.ok(existsSync(path.join(out(name), 'report.html')));
}

const refusals = [
  [
    'slow-network',
    'en',
    /^relevo: node-slow is not possible here: the nodes share the loopback .*--network netns/,
  ],
  [
    'node-cut-off',
    'es',
    /^relevo: node-partition no es posible aquí: los nodos comparten el bucle local .*--network netns/,
  ],
] as const;

for (const [name, language, pattern] of refusals) {
  test(`${name} is refused in one line, in ${language}, before there is any load`, async () => {
    const { code, stdout, stderr } = await cluster.home.run(
      ...['drill', 'run', name, '--lang', language, '--out', out(name)],
    );
    assert.deepEqual([code, stdout], [2, ''], stderr);
    const lines = stderr.split('\n').filter((line) => line.startsWith('relevo: '));
    assert.equal(lines.length, 1, stderr);
    assert.match(lines[0] ?? '', pattern);
    assert.doesNotMatch(stderr, /Load: |Carga: /);
    assert.ok(await isGone(), 'its application is gone again');
  });
}

async function whole(): Promise<void> {
  await cluster.kubectl('apply', '-f', application);
  const deployments = ['deployment', '--all', '-n', 'relevo-drills'];
  await cluster.kubectl('wait', '--for=condition=Available', '--timeout=60s', ...deployments);
}

test('a Service that is deleted half-way ends the drill with a result', async () => {
  await whole();
  await whileRunning('service', () => cluster.kubectl('delete', 'service', 'shop', '-n', 'relevo-drills'));
});

test('a cluster that goes down half-way ends the drill with a result', async () => {
  await whole();
  await whileRunning('cluster', () => cluster.relevo('down'));
});
