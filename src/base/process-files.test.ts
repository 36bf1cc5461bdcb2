import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { processFile, processIds, standsStill } from './process-files.ts';

const options = { skip: process.platform === 'linux' ? false : 'there is no /proc here' };

test('a process is seen with its files as long as it is there', options, async () => {
  const child = spawn('sleep', ['60'], { env: { WHOSE: 'mine', PATH: process.env.PATH }, stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  assert.ok(processIds().includes(pid) && processIds().includes(process.pid));
  assert.match(processFile(pid, 'environ'), /WHOSE=mine\0/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(!processIds().includes(pid));
  assert.equal(processFile(pid, 'environ'), '');
  assert.equal(processFile(process.pid, 'no such file'), '');
});

test('a process stands still by a signal, and not any more when it has ended', options, async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  assert.ok(!standsStill(pid));
  child.kill('SIGSTOP');
  await eventually(() => standsStill(pid));
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(!standsStill(pid));
});
