import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { eventually } from '../../../../tests/support/eventually.ts';
import { exitOf, openWorld, said, shell } from '../../../../tests/support/process-world.ts';
import { CreateContainerError } from '../../errors.ts';
import { findHierarchy } from './hierarchies.ts';
import { isRunnable } from './runnable.ts';

const mebibyte = 1024 * 1024;

/** Holds so many MiB and stays. */
function holding(mebibytes: number): string[] {
  const script = `const held = Buffer.alloc(${mebibytes} * ${mebibyte}, 1); console.log('held', held.length); setInterval(() => {}, 1e6);`;
  return [process.execPath, '-e', script];
}

// Where no control group can be made both are watched.
for (const controlGroups of [true, false]) {
  const how = controlGroups ? 'as this machine does it' : 'watched';

  test(`a program beyond its memory limit is killed and says OOMKilled (${how})`, async (t) => {
    const { world, runtime } = await openWorld(t, { controlGroups });
    const resources = { memoryLimitBytes: 120 * mebibyte };
    const run = await runtime.startContainer('pod-1', shell('', { command: holding(300), resources }));
    const exit = await exitOf(runtime, run);
    assert.deepEqual([exit.exitCode, exit.signal, exit.reason], [137, 9, 'OOMKilled']);
    await runtime.close();
    const [pod] = await (await world.open()).pods();
    assert.equal(pod?.containers[0]?.exit?.reason, 'OOMKilled', 'it is on disk');
  });

  test(`a program within its limit, and one without, go on beside it (${how})`, async (t) => {
    const { runtime } = await openWorld(t, { controlGroups });
    const resources = { memoryLimitBytes: 200 * mebibyte, cpuLimitMillis: 500 };
    const free = await runtime.startContainer('pod-1', shell('exec sleep 1000', { name: 'free' }));
    const within = await runtime.startContainer(
      'pod-1',
      shell('', { name: 'within', command: holding(20), resources }),
    );
    const beyond = await runtime.startContainer(
      'pod-1',
      shell('', { name: 'beyond', command: holding(300), resources }),
    );
    await exitOf(runtime, beyond);
    const [pod] = await runtime.pods();
    const running = pod?.containers.filter(({ exit }) => !exit).map(({ id }) => id);
    assert.deepEqual(new Set(running), new Set([free.id, within.id]));
  });
}

test('the node says how it enforces limits', async (t) => {
  const watched = await openWorld(t, { controlGroups: false });
  assert.deepEqual([watched.runtime.limits?.memory, watched.runtime.limits?.cpu], ['watched', 'reported']);
});

test('a program that does not exist is refused in the same words with a limit as without', async (t) => {
  const { runtime } = await openWorld(t);
  const resources = { memoryLimitBytes: 100 * mebibyte };
  for (const more of [{}, { resources }]) {
    await assert.rejects(
      runtime.startContainer('pod-1', shell('', { command: ['no-such-program'], ...more })),
      { name: 'RunContainerError', message: /cannot run "no-such-program": there is no such program/ },
    );
  }
});

test('a limit that no program can meet is refused with a word on what to do', async (t) => {
  const { runtime } = await openWorld(t);
  const resources = { memoryLimitBytes: 4_096 };
  await assert.rejects(
    runtime.startContainer('pod-1', shell('true', { resources })),
    (error) =>
      error instanceof CreateContainerError && /limit of 4096 bytes: set .* to 1Mi/.test(error.message),
  );
});

test('a limited program gets its arguments as they are, and its exit code is its own', async (t) => {
  const { runtime } = await openWorld(t);
  const resources = { memoryLimitBytes: 100 * mebibyte, cpuLimitMillis: 1_000 };
  const command = ['sh', '-c', 'printf "%s\\n" "$@"; exit 3', 'sh', 'a b', '', "it's", '$HOME'];
  const run = await runtime.startContainer('pod-1', shell('', { command, resources }));
  assert.equal((await exitOf(runtime, run)).exitCode, 3);
  assert.deepEqual(await said(runtime, run.id), ['a b', '', "it's", '$HOME']);
});

test('a program is found as the system would find it', () => {
  assert.equal(isRunnable('sh', '/nowhere:/bin', '/'), true);
  assert.equal(isRunnable('sh', '/nowhere', '/'), false);
  assert.equal(isRunnable('bin/sh', '', '/'), true);
  assert.equal(isRunnable('/etc/passwd', '/bin', '/'), false);
  assert.equal(isRunnable('/bin', '', '/'), false);
});

test('control groups of a killed node-init go when the next one starts', async (t) => {
  const { world, runtime } = await openWorld(t);
  const resources = { memoryLimitBytes: 100 * mebibyte };
  await runtime.startContainer('pod-1', shell('exec sleep 1000', { resources }));
  const groups = () => notedGroups(world.folder).filter((folder) => existsSync(folder));
  const isGrouped = runtime.limits?.memory === 'cgroup';
  assert.equal(groups().length > 0, isGrouped);
  const { pid } = JSON.parse(readFileSync(path.join(world.folder, 'init.json'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  await eventually(async () => (await runtime.pods())[0]?.containers[0]?.exit);
  assert.deepEqual(groups(), []);
});

function notedGroups(folder: string): string[] {
  const file = path.join(folder, 'control-groups.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

test('a cgroup tree that cannot be written to is no use', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'relevo-groups-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const mounts = path.join(folder, 'mounts');
  const own = path.join(folder, 'own');
  writeFileSync(own, '4:memory:/a\n0::/b\n');
  writeFileSync(
    mounts,
    [
      `30 1 0:1 / ${folder}/v1 rw - cgroup cgroup rw,memory`,
      `31 1 0:2 / ${folder}/v2 rw - cgroup2 cgroup2 rw`,
    ].join('\n'),
  );
  assert.equal(findHierarchy('trial', { mounts, own }), undefined, 'nothing is there');
  mkdirSync(path.join(folder, 'v1/a'), { recursive: true });
  mkdirSync(path.join(folder, 'v2/b'), { recursive: true });
  assert.equal(findHierarchy('trial', { mounts, own }), undefined, 'plain folders have no knobs');
  for (const group of ['v1/a', 'v2/b']) {
    assert.deepEqual(readdirSync(path.join(folder, group)), [], 'the trial leaves nothing');
    mkdirSync(path.join(folder, group, 'trial'));
    findHierarchy('trial', { mounts, own });
    assert.deepEqual(
      readdirSync(path.join(folder, group)),
      [],
      'nor does one that was cut short, in the end',
    );
  }
  assert.equal(findHierarchy('trial', { mounts: `${folder}/none`, own }), undefined);
});
