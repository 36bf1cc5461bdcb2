import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../tests/support/eventually.ts';
import type { ExampleConfig } from '../../tests/support/supervised-example.ts';
import { processIdentity } from '../base/process-identity.ts';
import type { ChildStatus } from './supervised-child.ts';
import { Supervisor } from './supervisor.ts';

const entry = new URL('../../tests/support/supervised-example.ts', import.meta.url);
const host = fileURLToPath(new URL('../../tests/support/supervisor-host.ts', import.meta.url));

let logDir: string;
let supervisor: Supervisor;
let changes: ChildStatus[];
beforeEach(() => {
  logDir = mkdtempSync(path.join(os.tmpdir(), 'relevo-supervisor-'));
  changes = [];
  supervisor = new Supervisor({ logDir, onChange: (status) => changes.push(status) });
});
afterEach(async () => {
  await supervisor.close();
  rmSync(logDir, { recursive: true, force: true });
});

const child = (name: string, config: ExampleConfig = {}, graceMs = 10_000) => ({
  name,
  entry,
  config,
  graceMs,
});
const statusOf = (name: string) => supervisor.list().find((status) => status.name === name);
const isGone = (pid: number | undefined) => processIdentity(Number(pid)) === undefined;

test('start resolves with what each child said, and its output is in its log', async () => {
  const [info] = await supervisor.start([child('one', { words: 'the work' })]);
  assert.deepEqual(info, { name: 'one', pid: statusOf('one')?.pid });
  assert.equal(statusOf('one')?.state, 'running');
  await supervisor.close();
  assert.equal(readFileSync(path.join(logDir, 'one.log'), 'utf8'), 'the work begins\nthe work ends\n');
});

test('a child killed with -9 is started again', async () => {
  await supervisor.start([child('one'), child('two')]);
  const [one, two] = supervisor.list();
  supervisor.kill('one', 'SIGKILL');
  await eventually(() => statusOf('one')?.state === 'running' && statusOf('one')?.restarts === 1);
  assert.notEqual(statusOf('one')?.pid, one?.pid);
  assert.equal(statusOf('one')?.lastError, 'killed by SIGKILL');
  assert.deepEqual(statusOf('two'), two);
});

test('a frozen child is stopped like any other', async () => {
  await supervisor.start([child('one')]);
  const pid = statusOf('one')?.pid;
  supervisor.kill('one', 'SIGSTOP');
  await supervisor.stop('one');
  assert.ok(isGone(pid));
});

test('what was stopped on purpose stays stopped', async () => {
  await supervisor.start([child('one')]);
  const pid = statusOf('one')?.pid;
  await supervisor.stop('one');
  assert.ok(isGone(pid));
  assert.deepEqual([statusOf('one')?.state, statusOf('one')?.pid], ['stopped', undefined]);
  assert.throws(() => supervisor.kill('one', 'SIGKILL'), /^Error: one does not run$/);
  assert.deepEqual(
    changes.map(({ state }) => state),
    ['starting', 'running', 'stopping', 'stopped'],
  );
});

test('a child that does not end in its grace period is killed', async () => {
  await supervisor.start([child('one', { stubborn: true }, 10)]);
  const pid = statusOf('one')?.pid;
  await supervisor.stop('one');
  assert.ok(isGone(pid));
});

test('a child that cannot start says why, and is not tried again', async () => {
  await assert.rejects(
    supervisor.start([child('one', { fail: 'the port\n  is taken' }), child('two')]),
    /^Error: one: the port is taken$/,
  );
  assert.deepEqual([statusOf('one')?.state, statusOf('one')?.lastError], ['stopped', 'the port is taken']);
  assert.match(readFileSync(path.join(logDir, 'one.log'), 'utf8'), /Error: the port/);
  await assert.rejects(
    supervisor.start([child('three', { crash: true })]),
    /^Error: three: ended with code 7 before it was ready \(see .*three\.log\)$/,
  );
});

test('a child that fails at every restart is tried again and again, and the error is told', async () => {
  const marker = path.join(logDir, 'ill');
  await supervisor.start([child('one', { fail: 'still ill', failOnlyIf: marker })]);
  writeFileSync(marker, '');
  supervisor.kill('one', 'SIGKILL');
  await eventually(() => Number(statusOf('one')?.restarts) >= 2);
  await eventually(() => statusOf('one')?.lastError === 'still ill');
  rmSync(marker);
  await eventually(() => statusOf('one')?.state === 'running');
});

test('a child that is insisted on is tried until it is ready, and again after a stop', async () => {
  const marker = path.join(logDir, 'ill');
  writeFileSync(marker, '');
  const ready = supervisor.insist(child('one', { fail: 'ill', failOnlyIf: marker }));
  await eventually(() => statusOf('one')?.lastError === 'ill');
  rmSync(marker);
  await ready;
  assert.equal(statusOf('one')?.state, 'running');
  await assert.rejects(supervisor.insist(child('one')), /there is a child one already/);
  await supervisor.stop('one');
  await supervisor.insist(child('one'));
  assert.equal(statusOf('one')?.state, 'running');
});

test('a child that is halted is killed at once, without a word', async () => {
  await supervisor.start([child('one', { words: 'the work' })]);
  const pid = statusOf('one')?.pid;
  await supervisor.halt('one');
  assert.ok(isGone(pid));
  assert.equal(statusOf('one')?.state, 'stopped');
  assert.equal(readFileSync(path.join(logDir, 'one.log'), 'utf8'), 'the work begins\n');
  supervisor.forget('one');
  assert.equal(statusOf('one'), undefined);
});

test('a child answers what it is asked, refuses in one line, or is gone before it can', async () => {
  await supervisor.start([child('one')]);
  const answers = await Promise.all(['first', 'second'].map((each) => supervisor.ask('one', each)));
  assert.deepEqual(answers, ['first, says one', 'second, says one']);
  await assert.rejects(supervisor.ask('one', 'impossible'), /^Error: it cannot be done$/);
  const open = assert.rejects(
    supervisor.ask('one', 'forever'),
    /^Error: killed by SIGKILL before it answered$/,
  );
  await supervisor.ask('one', 'now it has heard');
  await supervisor.halt('one');
  await open;
  await assert.rejects(supervisor.ask('one', 'first'), /^Error: one does not run$/);
  await assert.rejects(supervisor.ask('two', 'first'), /there is no process "two"/);
});

test('close stops the last started first', async () => {
  await supervisor.start([child('one')]);
  await supervisor.start([child('two'), child('three')]);
  changes = [];
  await supervisor.close();
  const order = changes.filter(({ state }) => state === 'stopped').map(({ name }) => name);
  assert.deepEqual([order.slice(0, 2).sort(), order[2]], [['three', 'two'], 'one']);
  await assert.rejects(supervisor.start([child('four')]), /is stopping/);
});

test('the death of the supervisor, also by kill -9, ends every child', async () => {
  const running = spawn(process.execPath, [host, logDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(running, 'exit');
  const [line] = await once(running.stdout.setEncoding('utf8'), 'data');
  const pids: number[] = JSON.parse(String(line));
  assert.ok(pids.length === 2 && !pids.some(isGone));
  running.kill('SIGKILL');
  await exited;
  for (const pid of pids) await eventually(() => isGone(pid));
});
