// The part of the runtimes' suite about terminals and the stdin of a container's main program.

import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { NotRunningError, NotSupportedError } from '../../src/runtime/errors.ts';
import {
  type AttachableRuntime,
  type ContainerSpec,
  type ExecRequest,
  isAttachable,
  type RuntimeContainer,
  type StreamSession,
} from '../../src/runtime/runtime.ts';
import { eventually } from '../support/eventually.ts';
import { screenOf } from '../support/screen.ts';
import { deviates, type RunningRuntime, type WithRuntime } from './runtime-subject.ts';

const request: ExecRequest = { command: [], stdin: true, tty: true, size: { columns: 99, rows: 30 } };

/** Undefined, once it was made sure of, where programs have no terminals. */
async function onTerminal(opened: RunningRuntime, script: string): Promise<StreamSession | undefined> {
  const { id } = await opened.start(opened, 'runs');
  const run = opened.runtime.exec(id, { ...request, command: ['sh', '-c', script] });
  if (!deviates(opened, 'no exec')) return run;
  await assert.rejects(run, NotSupportedError);
  return undefined;
}

/** Undefined, once it was made sure of, where there is no attach(). */
async function attachable(
  opened: RunningRuntime,
  script: string,
  spec: Partial<ContainerSpec>,
): Promise<{ runtime: AttachableRuntime; container: RuntimeContainer } | undefined> {
  const { runtime } = opened;
  assert.equal(isAttachable(runtime), !deviates(opened, 'no attach'));
  if (!isAttachable(runtime)) return undefined;
  const container = await opened.start(opened, 'runs', { ...spec, command: ['sh', '-c', script] });
  return { runtime, container };
}

export function runtimeTerminals(withRuntime: WithRuntime): void {
  executed(withRuntime);
  attached(withRuntime);
}

function executed(withRuntime: WithRuntime): void {
  test(
    'a program on a terminal has its size, and hears of another',
    withRuntime(async (opened) => {
      const script = 'trap "stty size; exit 5" WINCH; stty size; while :; do sleep 0.01; done';
      const session = await onTerminal(opened, script);
      if (!session) return;
      const screen = screenOf(session);
      assert.equal(session.stderr, undefined);
      await eventually(() => screen().includes('30 99\r\n'));
      session.resize({ columns: 22, rows: 11 });
      assert.equal((await session.exited).exitCode, 5);
      await eventually(() => screen().endsWith('11 22\r\n'));
      await session.close();
    }),
  );

  test(
    'a program on a terminal is interrupted by Ctrl-C, and reads to Ctrl-D',
    withRuntime(async (opened) => {
      const session = await onTerminal(
        opened,
        // Not one long sleep, which may only be on its way when the shell is interrupted: it would wait for that to end.
        'trap "echo interrupted; cat; exit 7" INT; echo up; while :; do sleep 0.05; done',
      );
      if (!session) return;
      const screen = screenOf(session);
      await eventually(() => screen().includes('up\r\n'));
      session.stdin?.write('\x03');
      await eventually(() => screen().includes('interrupted\r\n'));
      session.stdin?.write('\x04');
      assert.equal((await session.exited).exitCode, 7);
      await session.close();
    }),
  );

  test(
    'a session that is closed kills its program',
    withRuntime(async (opened) => {
      const session = await onTerminal(opened, 'trap "" HUP; echo up; sleep 1000');
      if (!session) return;
      const screen = screenOf(session);
      await eventually(() => screen().includes('up'));
      await session.close();
      await session.close();
      assert.equal((await session.exited).exitCode, 137);
    }),
  );
}

function attached(withRuntime: WithRuntime): void {
  test(
    'a main program with a terminal is attached to, and all it shows is in its log',
    withRuntime(async (opened) => {
      const script = 'read line; stty size; echo "got $line"; exit 3';
      const found = await attachable(opened, script, { stdin: true, tty: true });
      if (!found) return;
      const { runtime, container } = found;
      const attach = () => runtime.attach(container.id, { stdin: true, size: { columns: 43, rows: 21 } });
      const session = await attach();
      const screen = screenOf(session);
      session.stdin?.write('hello\r');
      assert.equal((await session.exited).exitCode, 3);
      await eventually(() => screen().endsWith('21 43\r\ngot hello\r\n'));
      await session.close();
      const lines: string[] = [];
      for await (const { stream, data } of runtime.logs(container.id, { follow: true })) {
        lines.push(`${stream}: ${new TextDecoder().decode(data).trimEnd()}`);
      }
      assert.deepEqual(lines.slice(-2), ['stdout: 21 43', 'stdout: got hello']);
      await assert.rejects(attach(), NotRunningError);
    }),
  );

  test(
    'stdin for once ends with the session that has it; the next has none of it',
    withRuntime(async (opened) => {
      const found = await attachable(opened, 'cat; exit 4', { stdin: true, stdinOnce: true });
      if (!found) return;
      const session = await found.runtime.attach(found.container.id, { stdin: true });
      session.stdin?.end('all of it\n');
      assert.equal(await text(session.stdout), 'all of it\n');
      assert.equal((await session.exited).exitCode, 4);
      await session.close();
    }),
  );

  test(
    'other stdin stays open for the next session',
    withRuntime(async (opened) => {
      const found = await attachable(opened, 'read one; read two; echo "$one $two"', { stdin: true });
      if (!found) return;
      const attach = () => found.runtime.attach(found.container.id, { stdin: true });
      const [first, second] = [await attach(), await attach()];
      const said = text(second.stdout);
      await new Promise((resolve) => first.stdin?.end('one\n', () => resolve(undefined)));
      await first.close();
      second.stdin?.write('two\n');
      assert.match(await said, /^(one two|two one)\n$/);
      await second.close();
    }),
  );

  test(
    'a main program without stdin reads nothing, and attaching gives none',
    withRuntime(async (opened) => {
      const found = await attachable(opened, 'cat; exec sleep 1000', {});
      if (!found) return;
      const session = await found.runtime.attach(found.container.id, { stdin: true });
      assert.equal(session.stdin, undefined);
      await session.close();
      const [pod] = await found.runtime.pods();
      assert.equal(pod?.containers[0]?.exit, undefined);
    }),
  );
}
