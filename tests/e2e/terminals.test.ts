// What people type into `kubectl exec -it`, `attach -it`, `run -it --rm` and `cp`, at a real terminal and with the real kubectls: a current one
// speaks WebSockets, an old one SPDY. Nothing of it is left when they leave, or are killed.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { findCurrentKubectl } from '../../scripts/testing/kubectl.ts';
import { markedProcesses } from '../../src/runtime/process/marked-processes.ts';
import { eventually } from '../support/eventually.ts';
import { kubectlFront } from '../support/kubectl-front.ts';
import { processesOf, RelevoHome } from '../support/relevo.ts';
import { type Connections, servePod } from '../support/served-pod.ts';
import { TypedTerminal } from '../support/typed-terminal.ts';

const current = process.env.RELEVO_TEST_KUBECTL ?? findCurrentKubectl()?.path;
const kubectls = [
  ['a current kubectl', current],
  ['kubectl 1.20', process.env.RELEVO_TEST_KUBECTL_120],
] as const;
const prompt = 'PS1="ready> " exec sh -i';

async function typist(t: TestContext, kubectl: string, script: string, more: Connections = {}) {
  const served = await servePod(t, script, more);
  const front = await kubectlFront(served.pod, served.port, served.certificates);
  t.after(() => front.close());
  const home = mkdtempSync(path.join(tmpdir(), 'relevo-kubectl-'));
  t.after(() => rmSync(home, { recursive: true }));
  const authority = path.join(home, 'ca.crt');
  writeFileSync(authority, served.certificates.ca);
  const args = [`--server=${front.url}`, `--certificate-authority=${authority}`, '--token=any'];
  const type = (...words: string[]) =>
    new TypedTerminal(t, [kubectl, ...args, `--cache-dir=${home}/cache`, ...words], {
      ...process.env,
      HOME: home,
    });
  const containerEnd = async () => (await served.runtime.pods())[0]?.containers[0]?.exit;
  const running = () => markedProcesses(served.marker);
  return { home, type, containerEnd, running };
}

for (const [name, kubectl] of kubectls) {
  if (!kubectl) continue;

  test(`exec -it with ${name}: size, resize, Ctrl-C, Ctrl-D and exit code`, async (t) => {
    const { type } = await typist(t, kubectl, 'exec sleep 1000');
    const shell = type('exec', '-it', 'web', '--', 'sh', '-c', prompt);
    await shell.shows(/ready> /);
    shell.type('stty size\r');
    await shell.shows(/30 99\r\n/);
    shell.resize(71, 17);
    shell.type('until [ "$(stty size)" = "17 71" ]; do :; done; echo resi"zed"\r');
    await shell.shows(/resized/);
    shell.type('sleep 1000; echo status=$?\r');
    await shell.shows(/sleep 1000/);
    const typing = setInterval(() => shell.type('\x03'), 100);
    await shell.shows(/ready> /).finally(() => clearInterval(typing));
    shell.type('(exit 130)\r\x04');
    assert.equal(await shell.exited(), 130);
    const sleep = type('exec', '-it', 'web', '--', 'sh', '-c', 'echo up; exec sleep 1000');
    await sleep.shows(/up/);
    // The shell says so a moment before it is the program that is meant.
    const again = setInterval(() => sleep.type('\x03'), 100);
    assert.equal(await sleep.exited().finally(() => clearInterval(again)), 130);
  });

  test(`a full screen program with ${name}`, async (t) => {
    const { type } = await typist(t, kubectl, 'exec sleep 1000');
    const top = type('exec', '-it', 'web', '--', 'top');
    await top.shows(/PID.*COMMAND/s);
    top.type('q');
    assert.equal(await top.exited(), 0);
  });

  test(`${name} that is killed leaves nothing of what it ran`, async (t) => {
    const { type, running } = await typist(t, kubectl, 'exec sleep 1000');
    const shell = type(
      'exec',
      '-it',
      'web',
      '--',
      'sh',
      '-c',
      'trap "" HUP; setsid sleep 1000 & echo up; sleep 1000',
    );
    await shell.shows(/up/);
    assert.ok(running().length > 1);
    shell.kill();
    await eventually(() => running().length === 1);
  });

  test(`attach -it with ${name}`, async (t) => {
    const { type, containerEnd } = await typist(t, kubectl, `echo welcome; ${prompt}`, {
      stdin: true,
      tty: true,
    });
    const shell = type('attach', '-it', 'web');
    await shell.shows(/welcome\r\n/);
    shell.type('stty size\r');
    await shell.shows(/30 99\r\n/);
    shell.kill();
    const again = type('attach', '-it', 'web');
    again.type('echo still"here"\r');
    await again.shows(/stillhere\r\n/);
    assert.equal(await containerEnd(), undefined);
    again.type('exit 3\r');
    await again.exited();
    assert.equal((await eventually(containerEnd)).exitCode, 3);
  });

  test(`cp both ways with ${name}`, async (t) => {
    const { type, home } = await typist(t, kubectl, 'exec sleep 1000');
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 256));
    const [there, back] = [path.join(home, 'there'), path.join(home, 'back')];
    writeFileSync(path.join(home, 'original'), bytes);
    assert.equal(await type('cp', path.join(home, 'original'), `web:${there}`).exited(), 0);
    assert.deepEqual(readFileSync(there), bytes);
    assert.equal(await type('cp', `web:${there}`, back).exited(), 0);
    assert.deepEqual(readFileSync(back), bytes);
  });
}

/** One node, and the current kubectl at a terminal. */
async function cluster(t: TestContext) {
  assert.ok(current, 'no kubectl: run the tests with ./test, which finds or fetches one');
  const home = new RelevoHome();
  t.after(() => home.remove());
  const up = home.start('up', '--nodes', '1', '-o', 'json');
  t.after(async () => {
    up.process.kill('SIGINT');
    await up.ended;
    await eventually(() => processesOf(home.path).length === 0);
  });
  await up.says(/\}\n$/, 60_000);
  const kubeconfig = path.join(home.path, 'clusters/default/admin.kubeconfig');
  const env = { PATH: process.env.PATH, HOME: home.path, KUBECONFIG: kubeconfig };
  const type = (...words: string[]) => new TypedTerminal(t, [current, ...words], env);
  return { home, type };
}

test('kubectl run -it --rm in a cluster: the prompt, the exit code, and no pod or process afterwards', async (t) => {
  const { home, type } = await cluster(t);
  const shell = type(
    'run',
    '-it',
    '--rm',
    'try',
    '--image=host',
    '--restart=Never',
    '--',
    'sh',
    '-c',
    prompt,
  );
  await shell.shows(/ready> /);
  shell.type('stty size; tty\r');
  await shell.shows(/30 99\r\n\/dev\/pts/);
  shell.type('exit 6\r');
  await shell.shows(/pod "try" deleted/);
  assert.equal(await shell.exited(), 6);
  assert.equal(await home.kubectl('default', 'get', 'pods', '-o', 'name'), '');
});

test('when the kubelet is killed, what was executed ends, and a main program keeps its terminal', async (t) => {
  const { home, type } = await cluster(t);
  const shell = type('run', '-it', 'keep', '--image=host', '--restart=Never', '--', 'sh', '-c', prompt);
  await shell.shows(/ready> /);
  shell.type('remembered=yes\r');
  await shell.shows(/ready> /);
  const executed = type('exec', '-it', 'keep', '--', 'sh', '-c', 'trap "" HUP; echo up; sleep 4321');
  await executed.shows(/up/);
  const sleeps = () =>
    processesOf(home.path).filter((line) => line.includes('sleep 4321') && !line.includes('kubectl'));
  assert.ok(sleeps().length > 0);
  const { code, stderr } = await home.run('kubelet', 'kill', 'node-1');
  assert.equal(code, 0, stderr);
  await Promise.all([executed.exited(), shell.exited()]);
  await eventually(() => sleeps().length === 0);
  const again = await attached(() => type('attach', '-it', 'keep'));
  again.type('echo remembered=$remembered\r');
  await again.shows(/remembered=yes/);
  again.type('exit\r');
  await again.exited();
});

/** Tries until the kubelet is there again. */
async function attached(attach: () => TypedTerminal): Promise<TypedTerminal> {
  for (;;) {
    const terminal = attach();
    terminal.type('\r');
    const isOpen = await terminal.shows(/ready> /).then(
      () => true,
      () => false,
    );
    if (isOpen) return terminal;
  }
}
