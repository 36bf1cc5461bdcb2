import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { eventually } from '../../../../tests/support/eventually.ts';
import { standsStill } from '../../../base/process-files.ts';
import { lives, processesOfPods } from './pod-processes.ts';

test('the processes of a pod are found by its UID, seen standing still, and known from later ones', async (t) => {
  const uid = `test-${process.pid}-${Date.now()}`;
  const env = { ...process.env, RELEVO_POD: `cluster/node-1/${uid}/web.0` };
  const child = spawn('sleep', ['60'], { env });
  t.after(() => child.kill('SIGKILL'));
  const [seen] = await eventually(() => {
    const found = processesOfPods([uid, 'nobody']);
    assert.deepEqual(found.get('nobody'), []);
    const own = found.get(uid) ?? [];
    return own.length === 1 && own;
  });
  assert.equal(seen?.pid, child.pid);
  assert.ok(seen && lives(seen) && !standsStill(seen.pid));
  assert.ok(!lives({ ...seen, identity: 'another' }));
  child.kill('SIGSTOP');
  await eventually(() => standsStill(seen.pid));
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  assert.ok(!lives(seen) && !standsStill(seen.pid));
});
