import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { alsoAsNobody } from '../../../tests/support/as-nobody.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { runProgram } from '../run-program.ts';
import { enteredProcess } from './entered-process.ts';
import { freezeAll, thawAll } from './freeze.ts';
import { holdNamespaces } from './namespace-holder.ts';

const user = process.getuid?.() !== 0;
const whyNot = await holdNamespaces({ user, pid: true }).then(
  (holder) => holder.kill(),
  (error: Error) => error.message,
);
const options = { skip: whyNot ?? false };
const host = fileURLToPath(new URL('../../../tests/support/holder-host.ts', import.meta.url));

interface Held {
  pids: number[];
  init: number;
  unshare: number;
}

for (const killed of ['init', 'unshare', 'host'] as const) {
  test(`whoever kills the ${killed} has killed all that is held`, options, async (t) => {
    const process_ = spawn(process.execPath, [host], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => process_.kill('SIGKILL'));
    const [line] = await once(process_.stdout, 'data');
    const held: Held = JSON.parse(String(line));
    assert.equal(held.pids.filter(isAlive).length, held.pids.length);
    assert.ok(held.pids.length >= 4, line);
    process.kill(killed === 'host' ? (process_.pid ?? 0) : held[killed], 'SIGKILL');
    await eventually(() => !held.pids.some(isAlive));
  });
}

/** A zombie waits for its parent's attention only. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test(
  'what runs inside has PIDs and mounts of its own, and is gone when kill() is through',
  options,
  async (t) => {
    const holder = await holdNamespaces({
      user,
      pid: true,
      setUp: 'mount -t tmpfs none /mnt; touch /mnt/held',
    });
    t.after(() => holder.kill());
    const said = await runProgram([
      ...holder.enter,
      'sh',
      '-c',
      'ls /mnt; id -u; readlink /proc/self/ns/pid',
    ]);
    const [file, id, pidNamespace] = said.split('\n');
    assert.deepEqual([file, id], ['held', '0']);
    assert.notEqual(pidNamespace, readlinkSync('/proc/self/ns/pid'));
    const [program = '', ...args] = [...holder.enter, 'sleep', '1000'];
    const inside = spawn(program, args);
    await once(inside, 'spawn');
    const ended = once(inside, 'exit');
    holder.kill();
    holder.kill();
    await holder.ended;
    assert.equal(isAlive(holder.pid), false);
    await ended;
  },
);

test('namespaces lie within others', options, async (t) => {
  const outer = await holdNamespaces({ user, setUp: 'mount -t tmpfs none /mnt; touch /mnt/outer' });
  t.after(() => outer.kill());
  const inner = await holdNamespaces({ within: outer, pid: true, setUp: 'touch /mnt/inner' });
  t.after(() => inner.kill());
  assert.equal(await runProgram([...inner.enter, 'ls', '/mnt']), 'inner\nouter\n');
  assert.deepEqual(inner.kinds, { user, net: false, pid: true });
});

test('a script that fails says why in one line', options, async () => {
  const setUp = 'echo one >&2; echo two >&2; false; echo three >&2';
  await assert.rejects(holdNamespaces({ user, pid: true, setUp }), {
    message: 'namespaces cannot be made: one; two',
  });
});

test(
  'everything inside stands still when it is frozen, and goes on when it is thawed',
  options,
  async (t) => {
    const holder = await holdNamespaces({ user, pid: true });
    t.after(() => holder.kill());
    const [program = '', ...args] = [...holder.enter, 'cat'];
    const cat = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const answer = async () => {
      cat.stdin.write('x');
      return once(cat.stdout, 'data', { signal: AbortSignal.timeout(2_000) });
    };
    await answer();
    for (let round = 0; round < 5; round++) {
      await freezeAll(holder);
      await freezeAll(holder);
      assert.match(readFileSync(`/proc/${enteredProcess(cat.pid ?? 0)}/status`, 'utf8'), /^State:\s+T/m);
      await thawAll(holder);
      await answer();
    }
    cat.stdin.end();
    // Whoever waits for it outside goes on, too.
    assert.deepEqual(await once(cat, 'exit'), [0, null]);
  },
);

test('what is killed while it is frozen is gone for whoever waits for it, too', options, async () => {
  const holder = await holdNamespaces({ user, pid: true });
  const [program = '', ...args] = [...holder.enter, 'sleep', '1000'];
  const sleeper = spawn(program, args);
  await eventually(() => enteredProcess(sleeper.pid ?? 0) !== sleeper.pid);
  await freezeAll(holder);
  const ended = once(sleeper, 'exit');
  holder.kill();
  await holder.ended;
  await ended;
});

alsoAsNobody(import.meta.url);
