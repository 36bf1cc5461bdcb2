import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import type { StreamSession, TerminalSize } from '../../runtime/runtime.ts';
import { TerminalSizes } from './terminal-sizes.ts';

function sessionWith(resized: TerminalSize[]): StreamSession {
  return {
    stdout: new PassThrough(),
    exited: new Promise(() => {}),
    resize: (size) => void resized.push(size),
    close: async () => {},
  };
}

test('a session is opened with the first size and told of those that follow', async () => {
  const lines = new PassThrough();
  const sizes = new TerminalSizes(lines);
  lines.write('{"Width":80,"Height":24}\n');
  const first = await sizes.first();
  assert.deepEqual(first, { columns: 80, rows: 24 });
  const resized: TerminalSize[] = [];
  sizes.follow(sessionWith(resized), first);
  lines.write('{"Width":81,"Height":25}{"Width":82,"Height":26}');
  await eventually(() => resized.length > 0);
  assert.deepEqual(resized, [{ columns: 82, rows: 26 }]);
});

test('a size that came while the session was opened is made up for', async () => {
  const lines = new PassThrough();
  const sizes = new TerminalSizes(lines);
  lines.write('{"Width":80,"Height":24}');
  const first = await sizes.first();
  lines.write('{"Width":10,"Height":5}');
  await new Promise((resolve) => setImmediate(resolve));
  const resized: TerminalSize[] = [];
  sizes.follow(sessionWith(resized), first);
  assert.deepEqual(resized, [{ columns: 10, rows: 5 }]);
});

test('what is no size is none: nobody waits for ever', async () => {
  for (const text of [
    '',
    'no JSON',
    '{}',
    '{"Width":0,"Height":24}',
    '{"Width":80,"Height":70000}',
    '{"Width":"8","Height":2}',
  ]) {
    const lines = new PassThrough();
    const sizes = new TerminalSizes(lines);
    if (text !== '') lines.write(text);
    assert.equal(await sizes.first(), undefined, text);
  }
  assert.equal(await new TerminalSizes(undefined).first(), undefined);
});
