import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { keepSmall } from './log-rotation.ts';

test('a full log is put aside, and of those before it the oldest is dropped', (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'access.log');
  const clock = new FakeClock();
  const stop = keepSmall(file, clock, { maxBytes: 8, maxFiles: 3 });
  clock.advance(10_000);
  for (const [index, text] of ['first one', 'second one', 'third one', 'fourth one'].entries()) {
    appendFileSync(file, 'short');
    clock.advance(10_000);
    assert.ok(existsSync(file), 'one that is not full stays');
    appendFileSync(file, text);
    clock.advance(10_000);
    assert.ok(!existsSync(file));
    assert.equal(readFileSync(`${file}.${index + 1}`, 'utf8'), `short${text}`);
  }
  assert.deepEqual(readdirSync(folder).sort(), ['access.log.3', 'access.log.4']);
  stop();
  assert.equal(clock.pending, 0);
});
