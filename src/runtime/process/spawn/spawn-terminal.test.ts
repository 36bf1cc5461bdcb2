import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../../tests/support/eventually.ts';
import { NotSupportedError } from '../../errors.ts';
import { spawnUnderScript } from './script-terminal.ts';
import { spawnOnTerminal } from './spawn-terminal.ts';
import type { Spawned, SpawnOrder } from './spawned.ts';

const size = { columns: 99, rows: 30 };

function orderOf(t: TestContext, script: string): SpawnOrder {
  const cwd = mkdtempSync(path.join(tmpdir(), 'relevo-spawn-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  const env = { PATH: process.env.PATH ?? '', TERM: 'dumb' };
  return { argv: ['sh', '-c', script], env, cwd, stdin: true, scratch: path.join(cwd, 'scratch') };
}

/** All that is shown, so far. */
function screenOf(t: TestContext, { pid, stdout }: Spawned): () => string {
  let shown = '';
  stdout.on('data', (chunk) => {
    shown += chunk;
  });
  t.after(() => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {}
  });
  return () => shown;
}

const ways = [
  ['by the package', spawnOnTerminal],
  ['by the program script', spawnUnderScript],
] as const;

for (const [name, start] of ways) {
  test(`a terminal ${name} has its size, takes input and another size, and tells the end`, async (t) => {
    const script =
      'trap "echo got; stty size" WINCH; stty size; until read line; do :; done; echo "read $line"; exit 5';
    const spawned = await start(orderOf(t, script), size);
    const screen = screenOf(t, spawned);
    await eventually(() => screen().includes('30 99\r\n'));
    spawned.resize({ columns: 22, rows: 11 });
    await eventually(() => screen().includes('got\r\n11 22\r\n'));
    spawned.stdin?.write('hello\r');
    assert.deepEqual(await spawned.exited, { exitCode: 5 });
    await eventually(() => screen().includes('read hello\r\n'));
  });

  test(`a terminal ${name}: the pid is the program's`, async (t) => {
    const spawned = await start(orderOf(t, 'echo $$ $TERM; exec sleep 1000'), size);
    const screen = screenOf(t, spawned);
    await eventually(() => screen().startsWith(`${spawned.pid} `));
    process.kill(spawned.pid, 'SIGTERM');
    assert.equal((await spawned.exited).exitCode, 143);
  });
}

test('a terminal of no known kind is an xterm', async (t) => {
  const screen = screenOf(t, await spawnOnTerminal(orderOf(t, 'echo $TERM')));
  await eventually(() => screen() === 'xterm\r\n');
});

test('without the package and the program there is no terminal, and it is said what to install', async (t) => {
  const order = { ...orderOf(t, 'true'), env: { PATH: '/nowhere' } };
  await assert.rejects(spawnUnderScript(order, size), (error) => {
    return error instanceof NotSupportedError && /install it/.test(error.message);
  });
});
