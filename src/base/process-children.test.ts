import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { childrenOf } from './process-children.ts';

const options = { skip: process.platform === 'linux' ? false : 'there is no /proc here' };

test('children are those that a process has started and that are still there', options, async () => {
  // A name with a parenthesis and a blank would move the fields of a careless reader.
  const script = `exec -a 'a) S 1' sleep 60 & echo; wait`;
  const parent = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(parent.stdout, 'data');
  const pid = parent.pid ?? 0;
  assert.ok(childrenOf(process.pid).includes(pid));
  const [child, ...others] = childrenOf(pid);
  assert.deepEqual(others, []);
  process.kill(child ?? 0, 'SIGKILL');
  await once(parent, 'exit');
  assert.deepEqual(childrenOf(pid), []);
  assert.ok(!childrenOf(process.pid).includes(pid));
});
