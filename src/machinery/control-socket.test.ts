import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { callControl, serveControl } from './control-socket.ts';
import { MachineryError } from './machinery-error.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'relevo-control-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const verbs = {
  double: (input: unknown) => Promise.resolve(2 * Number(input)),
  fail: () => {
    throw new Error('the door\nis locked');
  },
  refuse: () => {
    throw new MachineryError('unknown-node', 'there is no node "a"');
  },
  nothing: () => {},
  never: () => new Promise(() => {}),
};

for (const depth of [0, 20]) {
  test(`a verb's answer and its error reach the caller, ${depth} folders deep`, async () => {
    const deep = path.join(folder, ...Array(depth).fill('a-folder'));
    mkdirSync(deep, { recursive: true });
    const file = path.join(deep, 'control.sock');
    const server = await serveControl(file, verbs);
    assert.equal(await callControl(file, 'double', 21), 42);
    assert.equal(await callControl(file, 'nothing'), null);
    await assert.rejects(callControl(file, 'fail'), /^Error: the door is locked$/);
    await assert.rejects(callControl(file, 'constructor'), /knows no "constructor"/);
    await assert.rejects(
      callControl(file, 'never', undefined, 1),
      /does not answer \(no answer for 0\.001 s\)$/,
    );
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await server.close();
    assert.ok(!existsSync(file));
    await assert.rejects(callControl(file, 'double', 1), /^Error: the cluster does not answer/);
  });
}

test('what the machinery refuses is told with its code', async () => {
  const file = path.join(folder, 'control.sock');
  const server = await serveControl(file, verbs);
  await assert.rejects(
    callControl(file, 'refuse'),
    new MachineryError('unknown-node', 'there is no node "a"'),
  );
  await assert.rejects(callControl(file, 'fail'), (error) => !(error instanceof MachineryError));
  await server.close();
});

test('what a dead process left in its place is replaced', async () => {
  const file = path.join(folder, 'control.sock');
  writeFileSync(file, '');
  const server = await serveControl(file, verbs);
  assert.equal(await callControl(file, 'double', 1), 2);
  await server.close();
});

test('a caller that says nonsense, or leaves, does no harm', async () => {
  const file = path.join(folder, 'control.sock');
  const server = await serveControl(file, verbs);
  const answer = await new Promise((resolve) => {
    const socket = connect(file, () => socket.end('not JSON'));
    socket.once('data', (chunk) => resolve(String(chunk)));
  });
  assert.match(String(answer), /^\{"error":/);
  connect(file, function (this: import('node:net').Socket) {
    this.destroy();
  });
  assert.equal(await callControl(file, 'double', 2), 4);
  await server.close();
});
