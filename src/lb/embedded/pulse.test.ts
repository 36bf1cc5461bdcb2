import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPulseMemory, PulseWatch } from './pulse.ts';

test('a worker that is not heard of in too many looks in a row is named', () => {
  const memory = newPulseMemory(3);
  const words = new Int32Array(memory);
  const watch = new PulseWatch(memory);
  const turn = (...workers: number[]) => {
    for (const worker of workers) Atomics.add(words, worker, 1);
    return watch.look(2);
  };
  assert.deepEqual([turn(0, 2), turn(0, 2), turn(0, 1, 2)], [undefined, undefined, undefined]);
  assert.deepEqual([turn(0, 2), turn(0, 2), turn(0, 2)], [undefined, undefined, 1]);
});
