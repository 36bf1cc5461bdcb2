// A disk that fills up under a running cluster: writes are refused with the reason, reads and the application go on, and writes work again as
// soon as there is room. The small disk is a tmpfs that only the cluster sees.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { processesOf, RelevoHome, type Running } from '../support/relevo.ts';

const patienceMs = 60_000;
const web = path.join(import.meta.dirname, '../../examples/web/deployment.yml');

/** Why it cannot be tried here; false when it can. */
function impossible(): string | false {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'a small disk can be mounted by root only, in a mount namespace of its own';
  }
}

/** Runs what follows where `$0` is a disk of 16 MB. */
const mount = 'mount -t tmpfs -o size=16m none "$0" && exec "$@"';

class SmallDisk {
  readonly #folder: string;
  readonly #ballast: string;

  /** `process` is one that sees it. */
  constructor(folder: string, { process: child }: Running) {
    this.#folder = `/proc/${child.pid}/root${folder}`;
    this.#ballast = path.join(this.#folder, 'ballast');
  }

  /** To the last byte. */
  fill(): void {
    assert.throws(() => writeFileSync(this.#ballast, Buffer.alloc(32 << 20)), { code: 'ENOSPC' });
  }

  makeRoom(): void {
    rmSync(this.#ballast);
  }
}

test('a full disk refuses writes and nothing else', { skip: impossible() }, async (t) => {
  const home = new RelevoHome();
  const folder = path.join(home.path, 'disk');
  mkdirSync(folder);
  const under = ['unshare', '--mount', 'sh', '-c', mount, folder];
  const start = () => home.startUnder(under, 'up', '--data', path.join(folder, 'data'), '-f', web);
  const running = start();
  t.after(async () => {
    running.process.kill('SIGINT');
    await running.ended;
    home.remove();
  });
  await running.says(/Ctrl-C stops it/, patienceMs);
  const kubectl = (...args: string[]) => home.kubectl('default', ...args);
  await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
  const pods = await kubectl('get', 'pods', '-o', 'name');
  const disk = new SmallDisk(folder, running);

  await t.test('a write that finds no room is answered with 507 and the reason', async () => {
    disk.fill();
    const blob = path.join(home.path, 'blob');
    writeFileSync(blob, 'x'.repeat(200_000));
    const create = (name: string) => kubectl('create', 'configmap', name, `--from-file=${blob}`, '-v=6');
    let refusal = '';
    for (let index = 0; refusal === '' && index < 50; index++) {
      await create(`big-${index}`).catch((error: Error) => {
        refusal = error.message;
      });
    }
    assert.match(refusal, /507 /);
    assert.match(refusal, /the disk is full: nothing was written/);
  });

  await t.test('reads go on, pods and nodes stay', async () => {
    assert.equal(await kubectl('get', 'pods', '-o', 'name'), pods);
    assert.match(await kubectl('get', '--raw', '/readyz'), /^ok/);
    // Longer than it takes to lose a node whose leases cannot be written.
    const begun = performance.now();
    await eventually(() => performance.now() - begun > 6_000, 10_000);
    assert.equal((await kubectl('get', 'nodes', '--no-headers')).match(/ Ready /g)?.length, 3);
    assert.equal(await kubectl('get', 'pods', '-o', 'name'), pods);
    assert.equal((await home.run('status')).code, 0);
  });

  await t.test('writes work again when there is room', async () => {
    disk.makeRoom();
    await eventually(() => kubectl('create', 'configmap', 'after', '--from-literal=a=b'), patienceMs);
    await kubectl('delete', pods.split('\n')[0] ?? '', '--wait=false');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
  });

  await t.test(
    'a process that dies on a full disk is started again, and the cluster ends in order',
    async () => {
      disk.fill();
      const [control = ''] = processesOf(home.path).filter((line) => line.includes('relevo control-plane'));
      process.kill(Number.parseInt(control, 10), 'SIGKILL');
      await running.says(/control-plane died/, patienceMs);
      disk.makeRoom();
      await eventually(() => kubectl('get', 'configmap', 'after'), patienceMs);
      running.process.kill('SIGINT');
      assert.equal((await running.ended).code, 0);
      assert.deepEqual(processesOf(home.path), []);
    },
  );
});

test('a start on a full disk says so, and leaves nothing', { skip: impossible() }, async () => {
  const home = new RelevoHome();
  try {
    const folder = path.join(home.path, 'disk');
    mkdirSync(folder);
    const full = `${mount.split(' && ')[0]} && ! head -c 32m /dev/zero 2>/dev/null >"$0/ballast"; exec "$@"`;
    const args = ['up', '--data', path.join(folder, 'data')];
    const { code, stdout, stderr } = await home.startUnder(
      ['unshare', '--mount', 'sh', '-c', full, folder],
      ...args,
    ).ended;
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^relevo: [^\n]*(the disk is full|no room on the disk)[^\n]*\n$/m);
    assert.deepEqual(processesOf(home.path), []);
  } finally {
    home.remove();
  }
});
