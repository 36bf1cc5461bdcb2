// The part of the runtimes' suite about logs and exec. It has the deviations: a runtime that runs no programs has no output.

import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { NotFoundError, NotRunningError, NotSupportedError } from '../../src/runtime/errors.ts';
import type { LogLine, LogOptions, Runtime } from '../../src/runtime/runtime.ts';
import { eventually } from '../support/eventually.ts';
import { deviates, type WithRuntime } from './runtime-subject.ts';

async function linesOf(runtime: Runtime, id: string, options: LogOptions = {}): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of runtime.logs(id, options)) lines.push(textOf(line));
  return lines;
}

function textOf({ stream, data }: LogLine): string {
  return `${stream}: ${new TextDecoder().decode(data)}`;
}

const spoken = ['stdout: hello', 'stderr: trouble'];

export function runtimeStreams(withRuntime: WithRuntime): void {
  test(
    'what a program writes is in its log, by stream',
    withRuntime(async (opened) => {
      const { runtime } = opened;
      const { id } = await opened.start(opened, 'speaks');
      if (deviates(opened, 'no output')) {
        const lines = await linesOf(runtime, id);
        assert.ok(!lines.includes('stdout: hello'), 'the deviation "no output" no longer happens');
        return;
      }
      const lines = await eventually(async () => {
        const found = await linesOf(runtime, id);
        return found.length === spoken.length && found;
      });
      assert.deepEqual(lines.toSorted(), spoken.toSorted());
    }),
  );

  test(
    'a log can be read from its end, from a moment on, and after the container ended',
    withRuntime(async (opened) => {
      const { runtime } = opened;
      const { id } = await opened.start(opened, 'speaks');
      await eventually(async () => (await linesOf(runtime, id)).length > 0);
      await runtime.stopContainer(id, { graceMs: 60_000 });
      const all = await linesOf(runtime, id);
      assert.ok(all.length > 0);
      assert.deepEqual(await linesOf(runtime, id, { tailLines: 1 }), all.slice(-1));
      assert.deepEqual(await linesOf(runtime, id, { tailLines: 0 }), []);
      assert.deepEqual(await linesOf(runtime, id, { sinceMs: Date.UTC(2999, 0, 1) }), []);
      assert.deepEqual(await linesOf(runtime, id, { follow: true }), all);
    }),
  );

  test(
    'following ends with the abort of its signal, without an error',
    withRuntime(async (opened) => {
      const { id } = await opened.start(opened, 'speaks');
      const abort = new AbortController();
      let count = 0;
      for await (const _ of opened.runtime.logs(id, { follow: true }, abort.signal)) {
        count++;
        abort.abort();
      }
      assert.ok(count > 0);
    }),
  );

  test(
    'the log of an unknown container is refused',
    withRuntime(async ({ runtime }) => {
      await assert.rejects(linesOf(runtime, 'nobody'), NotFoundError);
    }),
  );

  test(
    'a program can be run in a container that runs',
    withRuntime(async (opened) => {
      const { runtime } = opened;
      const { id } = await opened.start(opened, 'runs');
      const command = ['sh', '-c', 'cat; echo oops >&2; exit 7'];
      const run = () => runtime.exec(id, { command, stdin: true });
      if (deviates(opened, 'no exec')) {
        await assert.rejects(run(), NotSupportedError);
        return;
      }
      const session = await run();
      session.stdin?.end('given');
      const [out, err] = await Promise.all([text(session.stdout), text(session.stderr ?? session.stdout)]);
      assert.deepEqual([out, err], ['given', 'oops\n']);
      assert.equal((await session.exited).exitCode, 7);
      await session.close();
      await runtime.stopContainer(id, { graceMs: 60_000 });
      await assert.rejects(run(), NotRunningError);
    }),
  );
}
