import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { exitOf, openWorld, said, shell } from '../../../tests/support/process-world.ts';
import { screenOf } from '../../../tests/support/screen.ts';
import type { ContainerSpec } from '../runtime.ts';
import { runningNodeInit } from './node-init-connection.ts';

async function started(t: TestContext, script: string, more: Partial<ContainerSpec>) {
  const { world, runtime } = await openWorld(t);
  const container = await runtime.startContainer('pod-1', shell(script, more));
  return { world, runtime, container, attach: () => runtime.attach(container.id, { stdin: true }) };
}

const terminal = { stdin: true, tty: true };

test('a main program has a terminal: the first who comes sees what was said before, its size follows', async (t) => {
  const script = 'echo welcome; read line; stty size; echo "got $line"; exit 3';
  const { runtime, container, attach } = await started(t, script, terminal);
  await eventually(async () => (await said(runtime, container.id)).length > 0);
  const session = await attach();
  const screen = screenOf(session);
  await eventually(() => screen() === 'welcome\r\n');
  session.resize({ rows: 21, columns: 43 });
  session.stdin?.write('hello\r');
  assert.equal((await session.exited).exitCode, 3);
  await eventually(() => screen().endsWith('21 43\r\ngot hello\r\n'));
  assert.equal((await exitOf(runtime, container)).exitCode, 3);
  assert.deepEqual(
    await said(runtime, container.id),
    ['welcome', 'hello', '21 43', 'got hello'].map((line) => `${line}\r`),
  );
  await session.close();
});

test('Ctrl-C reaches a main program, and what its terminal showed is in its log to the end', async (t) => {
  const script = 'trap "seq 1 5000; exit 0" INT; echo up; while :; do sleep 0.01; done';
  const { runtime, container, attach } = await started(t, script, terminal);
  const session = await attach();
  const screen = screenOf(session);
  await eventually(() => screen().includes('up'));
  session.stdin?.write('\x03');
  await exitOf(runtime, container);
  const lines = await said(runtime, container.id);
  assert.equal(lines.at(-1), '5000\r');
  assert.equal(lines.length, 5_001);
  await eventually(() => screen().endsWith('5000\r\n'));
});

test('stdin for once stays when a client is lost, and closes when one leaves', async (t) => {
  const once = { ...terminal, stdinOnce: true };
  const { world, runtime, container, attach } = await started(
    t,
    'while read line; do echo "got $line"; done',
    once,
  );
  const lost = connect(runningNodeInit(world.folder)?.socket ?? '');
  lost.write(`${JSON.stringify({ call: 'attach', number: 1, id: container.id, stdin: true })}\n`);
  await new Promise((resolve) => lost.once('data', resolve));
  // As when the kubelet is killed.
  lost.destroy();
  await runtime.close();
  const next = await world.open();
  const session = await next.attach(container.id, { stdin: true });
  const screen = screenOf(session);
  session.stdin?.write('two\r');
  await eventually(() => screen().includes('got two'));
  await session.close();
  assert.equal((await exitOf(next, container)).signal, 1);
  await assert.rejects(attach());
});

test('a terminal for many keeps its program when one leaves', async (t) => {
  const { runtime, attach } = await started(t, 'while read line; do echo "got $line"; done', terminal);
  const [one, two] = [await attach(), await attach()];
  const [left, right] = [screenOf(one), screenOf(two)];
  one.stdin?.write('a\r');
  await eventually(() => left().includes('got a') && right().includes('got a'));
  await one.close();
  two.stdin?.write('b\r');
  await eventually(() => right().includes('got b'));
  assert.equal((await runtime.pods())[0]?.containers[0]?.exit, undefined);
  await two.close();
});

test('a client that stands still holds a terminal up, until it goes', async (t) => {
  const { runtime, container, attach } = await started(t, 'read line; seq 1 150000; echo over', terminal);
  const session = await attach();
  session.stdin?.write('go\r');
  await eventually(async () =>
    (await said(runtime, container.id, { tailLines: 1 })).some((line) => line > '1000'),
  );
  assert.equal((await runtime.pods())[0]?.containers[0]?.exit, undefined);
  await session.close();
  await exitOf(runtime, container);
  assert.deepEqual(await said(runtime, container.id, { tailLines: 1 }), ['over\r']);
});

test('stdin for once: all that was said is shown, its end is the end of the input', async (t) => {
  const { attach } = await started(t, 'echo first; cat; echo err >&2; exit 7', {
    stdin: true,
    stdinOnce: true,
  });
  const session = await attach();
  const long = 'x'.repeat(300_000);
  session.stdin?.end(`${long}\n`);
  assert.ok(session.stderr);
  const [out, err] = await Promise.all([text(session.stdout), text(session.stderr)]);
  assert.deepEqual([out.slice(0, 6), out.length, err], ['first\n', long.length + 7, 'err\n']);
  assert.equal((await session.exited).exitCode, 7);
});

test('stdin for several: it stays open when one of them has ended', async (t) => {
  const script = 'while read line; do echo "got $line"; done';
  const { runtime, container, attach } = await started(t, script, { stdin: true });
  const first = await attach();
  first.stdin?.end('one\n');
  await eventually(async () => (await said(runtime, container.id)).includes('got one'));
  await first.close();
  const second = await attach();
  second.stdin?.write('two\n');
  await eventually(async () => (await said(runtime, container.id)).includes('got two'));
  await second.close();
});

test('when node-init dies under a session, the session ends with its program', async (t) => {
  const { world, attach } = await started(t, 'sleep 1000', terminal);
  const session = await attach();
  session.stdout.resume();
  process.kill(runningNodeInit(world.folder)?.pid ?? 0, 'SIGKILL');
  assert.equal((await session.exited).exitCode, 137);
  await session.close();
});
