import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withProgress } from './progress.ts';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  let wrote = () => {};
  const first = new Promise<void>((resolve) => {
    wrote = resolve;
  });
  const write = (text: string) => {
    written.push(text);
    wrote();
  };
  return { stream: { isTTY, write }, written, first };
}

test('on a terminal, long work shows its text and the line is wiped at the end', async () => {
  const { stream, written, first } = terminal(true);
  assert.equal(
    await withProgress(
      'Waiting',
      first.then(() => 'done'),
      { stream, intervalMs: 1 },
    ),
    'done',
  );
  assert.match(String(written[0]), /Waiting \d+ s$/);
  assert.equal(written.at(-1), '\r\x1b[K');
});

test('elsewhere nothing is written', async () => {
  const { stream, written } = terminal(false);
  await withProgress('Waiting', Promise.resolve(), { stream, intervalMs: 1 });
  assert.deepEqual(written, []);
});

test('the failure of the work is passed on, and the line is wiped', async () => {
  const { stream, written } = terminal(true);
  await assert.rejects(withProgress('Waiting', Promise.reject(new Error('no')), { stream }), /no/);
  assert.deepEqual(written, ['\r\x1b[K']);
});
