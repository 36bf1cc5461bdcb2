import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processMemory } from './process-memory.ts';

const onLinux = { skip: process.platform === 'linux' ? false : 'only Linux says it' };

test('a process that takes memory has more of it', onLinux, () => {
  const before = processMemory(process.pid);
  const taken = Buffer.alloc(64 * 1024 * 1024, 1);
  const after = processMemory(process.pid);
  assert.ok(after.resident - before.resident > 50, `${before.resident} → ${after.resident} MiB`);
  assert.ok(after.proportional <= after.resident && after.resident <= after.peak + 1);
  assert.equal(taken.at(-1), 1);
});
