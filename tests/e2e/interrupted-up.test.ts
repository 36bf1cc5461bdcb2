// However `up` ends, and whenever: no process is left, no lock, and the next start finds everything.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { processesOf, RelevoHome, type Running } from '../support/relevo.ts';

const patienceMs = 60_000;

let home: RelevoHome;
let cluster: string;
let manifest: string;

before(() => {
  home = new RelevoHome();
  cluster = path.join(home.path, 'clusters/default');
  manifest = path.join(home.path, 'many.yml');
  const object = (index: number) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${index}}\n`;
  writeFileSync(manifest, Array.from({ length: 300 }, (_, index) => object(index)).join('---\n'));
});
after(async () => {
  await home.run('delete');
  home.remove();
});

const up = (...args: string[]) => home.start('up', ...args);

/** Nothing runs, nothing is locked, and whoever looks is not told otherwise. */
async function assertGone(): Promise<void> {
  await eventually(() => processesOf(home.path).length === 0, patienceMs);
  assert.match((await home.run('down')).stdout, /^The(re is no)? cluster "default"/);
}

/** After an end in order not even a note is left. */
async function assertTidy(): Promise<void> {
  await assertGone();
  const left = existsSync(cluster) ? readdirSync(cluster) : [];
  assert.ok(!left.includes('runtime.json') && !left.includes('control.sock'), left.join());
}

const stages: Record<string, () => boolean> = {
  'as soon as it has its folder': () => existsSync(cluster),
  'when it has the lock': () => existsSync(path.join(cluster, 'cluster.lock.pid')),
  'while the control plane starts': () => existsSync(path.join(cluster, 'data/logs/control-plane.log')),
  'when the API answers': () => existsSync(path.join(cluster, 'runtime.json')),
  'while the nodes start': () => existsSync(path.join(cluster, 'data/logs/node-1.log')),
  'when the nodes are ready': () => existsSync(path.join(cluster, 'data/logs/balancer.log')),
};

for (const [when, reached] of Object.entries(stages)) {
  for (const detach of [[], ['--detach']]) {
    test(`Ctrl-C ${when} leaves nothing${detach.length > 0 ? ', in the background either' : ''}`, async () => {
      await home.run('delete');
      const running = up(...detach);
      const isOver = () => running.process.exitCode !== null;
      await eventually(() => reached() || isOver(), patienceMs);
      assert.ok(!isOver() || running.process.exitCode === 0, running.stderr);
      running.process.kill('SIGINT');
      const { code, stderr } = await running.ended;
      // It may be quicker than the signal; in the background it then goes on.
      if (code === 0 && detach.length > 0) await home.run('down');
      else assert.ok(code === 130 || code === 0, `${code} ${stderr}`);
      await assertTidy();
    });
  }
}

test('Ctrl-C while manifests are applied leaves nothing, and what was applied is kept', async () => {
  await home.run('delete');
  const running = up('--runtime', 'simulated', '-f', manifest);
  const count = async () =>
    Number(
      (await home.kubectl('default', 'get', 'configmaps', '-o', 'name')).match(/\/c\d+$/gm)?.length ?? 0,
    );
  await eventually(async () => (await count()) > 3, patienceMs);
  const seen = await count();
  running.process.kill('SIGINT');
  const { code } = await running.ended;
  assert.ok(code === 130 || code === 0, String(code));
  await assertTidy();
  assert.equal((await home.run('up', '--detach')).code, 0);
  assert.ok((await count()) >= seen);
  assert.equal((await home.run('down')).code, 0);
});

for (const [what, signal] of [
  ['SIGTERM', 'SIGTERM'],
  ['SIGHUP', 'SIGHUP'],
] as const) {
  test(`${what} ends a running cluster in order`, async () => {
    const running = up('--runtime', 'process');
    await running.says(/Ctrl-C stops it/, patienceMs);
    running.process.kill(signal);
    assert.equal((await running.ended).code, 0);
    await assertTidy();
  });
}

test('an impatient second Ctrl-C ends it at once, and nothing is left all the same', async () => {
  const running = up();
  await running.says(/Ctrl-C stops it/, patienceMs);
  running.process.kill('SIGINT');
  running.process.kill('SIGINT');
  await running.ended;
  await assertGone();
});

test('kill -9 of the supervisor leaves no process', async () => {
  const running = up();
  await running.says(/Ctrl-C stops it/, patienceMs);
  running.process.kill('SIGKILL');
  await running.ended;
  await assertGone();
});

test('closing the terminal ends it in order, although nothing can be written any more', async () => {
  // script(1) gives it a terminal, and takes it away when it dies.
  const terminal = home.startUnder(['sh', '-c', 'exec script -qefc "$*" /dev/null', 'sh'], 'up');
  await terminal.says(/Ctrl-C stops it/, patienceMs);
  terminal.process.kill('SIGKILL');
  await assertTidy();
});

for (const [what, close] of [
  ['standard output', (running: Running) => running.process.stdout?.destroy()],
  [
    'both outputs',
    (running: Running) => {
      running.process.stdout?.destroy();
      running.process.stderr?.destroy();
    },
  ],
] as const) {
  test(`up whose ${what} nobody reads ends in order`, async () => {
    const running = up('--runtime', 'simulated');
    close(running);
    await running.ended;
    assert.equal(running.process.exitCode, 130);
    await assertTidy();
  });
}

test('a log on a full disk costs its lines, not the cluster', async () => {
  const running = home.startUnder(['sh', '-c', 'exec "$@" >/dev/full', 'sh'], 'up');
  await running.says(/standard output cannot be written \(ENOSPC\)/, patienceMs);
  await eventually(() => home.kubectl('default', 'get', 'nodes'), patienceMs);
  running.process.kill('SIGINT');
  assert.equal((await running.ended).code, 1);
  await assertTidy();
});
