import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { processTree } from './process-tree.ts';

const onLinux = { skip: process.platform === 'linux' ? false : 'only Linux says it' };

test('a process comes with those that it has started, and with theirs', onLinux, async () => {
  const child = spawn('sh', ['-c', 'sh -c "sleep 60 & echo \\$!; wait" & wait'], {
    ...{ stdio: ['ignore', 'pipe', 'ignore'], detached: true },
  });
  const ended = once(child, 'exit');
  const pid = child.pid ?? 0;
  try {
    const [said] = await once(child.stdout, 'data');
    const [first, , last, ...others] = processTree(pid);
    assert.deepEqual([first, last, others], [pid, Number(said), []]);
    assert.ok(processTree(process.pid).includes(Number(said)));
  } finally {
    process.kill(-pid, 'SIGKILL');
    await ended;
  }
  assert.throws(() => processTree(pid), /ENOENT/);
});
