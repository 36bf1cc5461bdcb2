import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processCpuMs } from './process-cpu.ts';

const onLinux = { skip: process.platform === 'linux' ? false : 'only Linux says it' };

test('a process that works uses processor time', onLinux, () => {
  const before = processCpuMs(process.pid);
  const own = process.cpuUsage();
  const used = () => {
    const { user, system } = process.cpuUsage(own);
    return (user + system) / 1000;
  };
  while (used() < 100) Math.sqrt(used());
  const difference = processCpuMs(process.pid) - before;
  assert.ok(Math.abs(difference - used()) <= 30, `${difference} ms instead of ${used()}`);
});
