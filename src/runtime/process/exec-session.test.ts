import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { openWorld, said, shell } from '../../../tests/support/process-world.ts';
import { NotRunningError, RunContainerError } from '../errors.ts';
import type { ExecRequest } from '../runtime.ts';
import { markedProcesses } from './marked-processes.ts';

async function sleeper(t: TestContext) {
  const { world, runtime } = await openWorld(t);
  const { id } = await runtime.startContainer('pod-1', shell('exec sleep 1000', { env: { A: 'b' } }));
  const exec = (script: string, more: Partial<ExecRequest> = {}) =>
    runtime.exec(id, { command: ['sh', '-c', script], stdin: true, tty: true, ...more });
  const running = () => markedProcesses(world.marker).length;
  return { world, runtime, id, exec, running };
}

test('exec runs beside the container, with its environment, and ends with it', async (t) => {
  const { world, runtime, id } = await sleeper(t);
  const session = await runtime.exec(id, {
    command: ['sh', '-c', 'echo $A; cat; echo oops >/dev/stderr; exit 4'],
    stdin: true,
  });
  session.stdin?.end('from stdin\n');
  assert.ok(session.stderr);
  assert.deepEqual(await Promise.all([text(session.stdout), text(session.stderr)]), [
    'b\nfrom stdin\n',
    'oops\n',
  ]);
  assert.deepEqual(await session.exited, { exitCode: 4 });
  const endless = await runtime.exec(id, { command: ['sh', '-c', 'setsid sleep 1000'] });
  await runtime.stopContainer(id, { graceMs: 0 });
  assert.deepEqual(await endless.exited, { exitCode: 137, signal: 9 });
  assert.deepEqual(markedProcesses(world.marker), []);
  await assert.rejects(runtime.exec(id, { command: ['true'] }), NotRunningError);
});

test('exec gives a terminal of the wanted size, which can be changed', async (t) => {
  const { exec } = await sleeper(t);
  const script = 'trap "stty size; exit 5" WINCH; stty size; while :; do sleep 0.01; done';
  const session = await exec(script, { size: { rows: 30, columns: 99 } });
  let shown = '';
  session.stdout.on('data', (chunk) => {
    shown += chunk;
  });
  await eventually(() => shown.includes('30 99\r\n'));
  session.resize({ rows: 11, columns: 22 });
  assert.deepEqual(await session.exited, { exitCode: 5 });
  await eventually(() => shown.endsWith('11 22\r\n'));
  session.resize({ rows: 1, columns: 2 });
});

test('Ctrl-C in a terminal interrupts the program, Ctrl-D ends its input', async (t) => {
  const { exec, runtime, id } = await sleeper(t);
  const interrupted = await runtime.exec(id, { command: ['sleep', '1000'], stdin: true, tty: true });
  interrupted.stdout.resume();
  // Until it has the terminal, nothing is there to be interrupted.
  const typing = setInterval(() => interrupted.stdin?.write('\x03'), 20);
  assert.deepEqual(await interrupted.exited, { exitCode: 130, signal: 2 });
  clearInterval(typing);
  const ended = await exec('cat; echo over');
  ended.stdin?.write('typed\r\x04');
  assert.match(await text(ended.stdout), /typed\r\n.*over\r\n$/s);
});

test('a terminal that is read slowly loses nothing', async (t) => {
  const { exec } = await sleeper(t);
  const session = await exec('seq 1 30000');
  const lines = (await text(session.stdout)).split('\r\n');
  assert.equal(lines.length, 30_001);
  assert.equal(lines[29_999], '30000');
});

test('input that a terminal has no room for waits without holding anybody up', async (t) => {
  const { exec, runtime } = await sleeper(t);
  const session = await exec('stty raw -echo; echo ready; sleep 0.3; head -c 300000 | wc -c');
  const output = text(session.stdout);
  await new Promise((resolve) => session.stdout.once('data', resolve));
  session.stdin?.write('x'.repeat(300_000));
  assert.equal((await runtime.pods()).length, 1);
  assert.match(await output, /300000/);
});

test('no program has the terminal of another', async (t) => {
  const { exec, runtime, id } = await sleeper(t);
  const [one, two] = [await exec('cat'), await exec('cat')];
  const other = await exec('ls -l /proc/self/fd');
  const piped = await runtime.exec(id, { command: ['ls', '-l', '/proc/self/fd'] });
  for (const session of [other, piped]) assert.doesNotMatch(await text(session.stdout), /ptmx/);
  await Promise.all([one.close(), two.close()]);
});

test('a terminal whose session is closed is hung up, and nothing of it stays', async (t) => {
  const { exec, running } = await sleeper(t);
  const before = running();
  const session = await exec('trap "" HUP; setsid sleep 1000 & sleep 1000 & echo up; sleep 1000');
  await new Promise((resolve) => session.stdout.once('data', resolve));
  await session.close();
  assert.equal(running(), before);
  assert.equal((await session.exited).signal, 9);
});

test('what is executed does not outlive the runtime that did it', async (t) => {
  const { exec, runtime, world, running } = await sleeper(t);
  const before = running();
  await exec('trap "" HUP; echo up; sleep 1000');
  await exec('setsid sleep 1000', { tty: false });
  assert.ok(running() > before);
  await runtime.close();
  await eventually(() => running() === before);
  const next = await world.open();
  assert.equal((await next.pods())[0]?.containers[0]?.exit, undefined);
});

test('a program that does not exist is refused on a terminal too', async (t) => {
  const { runtime, id } = await sleeper(t);
  const run = (program: string) => runtime.exec(id, { command: [program], tty: true });
  await assert.rejects(run('no-such-program'), (error) => {
    return error instanceof RunContainerError && /there is no such program/.test(error.message);
  });
  await assert.rejects(run('/etc/passwd'), /is not executable/);
});

test('attaching shows what is said from then on, and how it ends', async (t) => {
  const { world, runtime } = await openWorld(t);
  const flag = path.join(world.folder, 'flag');
  const script = `echo before; until [ -e ${flag} ]; do sleep 0.01; done; echo after; echo err >&2; exit 3`;
  const { id } = await runtime.startContainer('pod-1', shell(script));
  await eventually(async () => (await said(runtime, id)).length > 0);
  // Stdin is asked for out of habit: there is none.
  const session = await runtime.attach(id, { stdin: true });
  assert.equal(session.stdin, undefined);
  spawn('touch', [flag]);
  assert.ok(session.stderr);
  assert.deepEqual(await Promise.all([text(session.stdout), text(session.stderr)]), ['after\n', 'err\n']);
  assert.equal((await session.exited).exitCode, 3);
  await session.close();
  await assert.rejects(runtime.attach(id, {}), NotRunningError);
});

test('an attached session that is closed leaves the program alone', async (t) => {
  const { runtime } = await openWorld(t);
  const { id } = await runtime.startContainer('pod-1', shell('sleep 1000'));
  const session = await runtime.attach(id, {});
  await session.close();
  assert.equal((await runtime.pods())[0]?.containers[0]?.exit, undefined);
});
