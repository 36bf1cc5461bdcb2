import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { openWorld, said, shell } from '../../../tests/support/process-world.ts';
import { NotRunningError, NotSupportedError } from '../errors.ts';
import { markedProcesses } from './marked-processes.ts';

test('exec runs beside the container, with its environment, and ends with it', async (t) => {
  const { world, runtime } = await openWorld(t);
  const { id } = await runtime.startContainer('pod-1', shell('sleep 1000', { env: { A: 'b' } }));
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

test('attaching shows what is said from then on, and how it ends', async (t) => {
  const { world, runtime } = await openWorld(t);
  const flag = path.join(world.folder, 'flag');
  const script = `echo before; until [ -e ${flag} ]; do sleep 0.01; done; echo after; echo err >&2; exit 3`;
  const { id } = await runtime.startContainer('pod-1', shell(script));
  await eventually(async () => (await said(runtime, id)).length > 0);
  const session = await runtime.attach(id, {});
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
  await assert.rejects(runtime.attach(id, { stdin: true }), NotSupportedError);
  const session = await runtime.attach(id, {});
  await session.close();
  assert.equal((await runtime.pods())[0]?.containers[0]?.exit, undefined);
});

test('exec gives a terminal', async (t) => {
  const { runtime } = await openWorld(t);
  const { id } = await runtime.startContainer('pod-1', shell('sleep 1000'));
  const size = { rows: 30, columns: 99 };
  const command = ['sh', '-c', 'stty size; read line; echo "got $line"; exit 5'];
  const session = await runtime.exec(id, { command, stdin: true, tty: true, size });
  session.stdin?.write('hello\r');
  const output = await text(session.stdout);
  assert.match(output, /30 99\r\n/);
  assert.match(output, /got hello\r\n$/);
  assert.deepEqual(await session.exited, { exitCode: 5 });
});
