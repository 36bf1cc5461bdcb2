import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, test } from 'node:test';
import { eventually } from '../../tests/support/eventually.ts';
import { holdNamespaces, type NamespaceHolder } from '../base/namespaces/namespace-holder.ts';
import { claimFreePort } from './free-port.ts';
import type { OutsidePort } from './held-ports.ts';
import type { ChildStatus } from './supervised-child.ts';
import { Supervisor } from './supervisor.ts';

const entry = new URL('../../tests/support/broker-example.ts', import.meta.url);
const host = '127.0.0.1';

let logDir: string;
let supervisor: Supervisor;
let elsewhere: NamespaceHolder;
let changed: (status: ChildStatus) => void = () => {};
beforeEach(async () => {
  logDir = mkdtempSync(path.join(os.tmpdir(), 'relevo-broker-'));
  supervisor = new Supervisor({ logDir, onChange: (status) => changed(status) });
  elsewhere = await holdNamespaces({ net: true, user: process.getuid?.() !== 0 });
});
afterEach(async () => {
  changed = () => {};
  await supervisor.close();
  elsewhere.kill();
  rmSync(logDir, { recursive: true, force: true });
});

function childFor(port: number, mayOpen: (port: OutsidePort) => boolean = () => true) {
  return { name: 'one', entry, config: { host, port }, mayOpen, enter: async () => elsewhere.enter };
}

function childHolding(port: number) {
  return { ...childFor(port), config: { host, port, held: true } };
}

async function ask(port: number): Promise<string> {
  const socket = connect(port, host);
  await once(socket, 'connect');
  return text(socket);
}

test('who is in another network answers in this one, and again after its death', async () => {
  const port = await claimFreePort(host, 23_400);
  await supervisor.start([childFor(port)]);
  assert.equal(await ask(port), '[]');
  supervisor.kill('one', 'SIGKILL');
  await eventually(() => supervisor.list()[0]?.state === 'running' && supervisor.list()[0]?.restarts === 1);
  for (let i = 0; i < 10; i++) assert.equal(await ask(port), '[]');
});

test('the supervisor keeps no part of a port that it has opened', async () => {
  const port = await claimFreePort(host, 23_400);
  await supervisor.start([childFor(port)]);
  await supervisor.ask('one', 'to close it');
  await assert.rejects(ask(port), { code: 'ECONNREFUSED' });
});

test('who connects to a held port while the child is dead is answered by its next life', async () => {
  const port = await claimFreePort(host, 23_400);
  await supervisor.start([childHolding(port)]);
  assert.equal(await ask(port), '[]');
  const meanwhile = new Promise<string>((resolve, reject) => {
    changed = ({ state }) => state === 'waiting' && void ask(port).then(resolve, reject);
  });
  supervisor.kill('one', 'SIGKILL');
  assert.equal(await meanwhile, '[]');
  assert.equal(supervisor.list()[0]?.restarts, 1);
  await supervisor.stop('one');
  await assert.rejects(ask(port), { code: 'ECONNREFUSED' });
});

test('a held port is free once the child has closed it', async () => {
  const port = await claimFreePort(host, 23_400);
  await supervisor.start([childHolding(port)]);
  await supervisor.ask('one', 'to close it');
  await assert.rejects(ask(port), { code: 'ECONNREFUSED' });
});

test('a port that is none of the cluster’s, or is taken, is refused with the reason', async () => {
  const port = await claimFreePort(host, 23_400);
  const start = (one: ReturnType<typeof childFor>) => supervisor.start([one]);
  await assert.rejects(
    start(childFor(port, () => false)),
    /one: 127\.0\.0\.1:\d+ is none of this cluster's ports/,
  );
  await start(childFor(port));
  await assert.rejects(start({ ...childFor(port), name: 'two' }), /two: .*EADDRINUSE/);
});
