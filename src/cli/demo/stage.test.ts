import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en } from '../messages/en.ts';
import { stageOn, type View } from './stage.ts';

const view: View = {
  ...{ url: 'http://127.9.0.1', seconds: 7, phase: 'waits for replicas', traffic: '59/s ok, 1/s failed' },
  nodes: [
    { name: 'node-1', state: 'ready', pods: [{ name: 'web-a', node: 'node-1', state: 'ready' }] },
    { name: 'node-2', state: 'notReady', pods: [{ name: 'web-b', node: 'node-2', state: 'leaving' }] },
  ],
};

function output(options: { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  return { ...options, written, write: (text: string) => written.push(text) };
}

test('a terminal has one screen: each picture covers the last one', () => {
  const out = output({ isTTY: true, columns: 100 });
  const stage = stageOn(out, en);
  stage.refresh(view);
  const [first = ''] = out.written;
  const height = first.split('\n').length - 1;
  assert.ok(!first.includes('\x1b['.concat(`${height}A`)), 'nothing is above the first one');
  assert.match(first, /node-1 {2}ready {6}● web-a/);
  assert.match(first, /node-2 {2}not ready {2}× web-b/);
  stage.event(7.1, 'something happened');
  stage.refresh(view);
  assert.ok(out.written[1]?.startsWith(`\x1b[${height}A`));
  stage.refresh(view);
  assert.ok(out.written[2]?.startsWith(`\x1b[${height + 1}A`));
  assert.match(out.written[2] ?? '', / 7\.1 s {2}something happened/);
});

test('a line is never longer than the terminal is wide: the next picture would miss it', () => {
  const out = output({ isTTY: true, columns: 30 });
  stageOn(out, en).refresh(view);
  const lines = (out.written[0] ?? '').replaceAll('\x1b[K', '').split('\n');
  assert.ok(lines.every((line) => line.replace('\r', '').replace('\x1b[J', '').length < 30));
});

test('only the last events stay on the screen', () => {
  const out = output({ isTTY: true });
  const stage = stageOn(out, en);
  for (let i = 0; i < 20; i++) stage.event(i, `event ${i}.`);
  stage.refresh(view);
  assert.doesNotMatch(out.written[0] ?? '', /event 7\./);
  assert.match(out.written[0] ?? '', /event 8\..*event 19\./s);
});

test('elsewhere plain lines follow each other', () => {
  const out = output({ isTTY: false });
  const stage = stageOn(out, en);
  stage.refresh({ ...view, url: undefined, traffic: '' });
  stage.refresh(view);
  stage.event(7.25, 'node-2 is taken for lost');
  stage.refresh(view);
  const line = '   7.0 s  59/s ok, 1/s failed\n';
  assert.deepEqual(out.written, [
    'Address   http://127.9.0.1\n',
    line,
    `   ${(7.25).toFixed(1)} s  node-2 is taken for lost\n`,
    line,
  ]);
});
