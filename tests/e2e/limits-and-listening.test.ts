// What a pod may not do to others on a real cluster of processes: take more memory than its limit, listen on everybody's address. It is told
// in its status and events, in words that say what to do, and the others go on. Also what `kubectl top` and `kubectl logs` say meanwhile.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { RelevoHome } from '../support/relevo.ts';

// Plain processes: where pods have namespaces of their own there is less to tell.
process.env.RELEVO_ISOLATION = 'none';
const patienceMs = 60_000;
const mebibyte = 1024 * 1024;

let home: RelevoHome;
before(async () => {
  home = new RelevoHome();
  const { code, stderr } = await home.run('up', '--detach', '--nodes', '1', '--network', 'loopback');
  assert.equal(code, 0, stderr);
  await create('beside', { image: 'relevo/web' });
  await kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod/beside');
});
after(async () => {
  await home.run('delete');
  home.remove();
});

const kubectl = (...args: string[]) => home.kubectl('default', ...args);

async function create(name: string, container: object, spec: object = {}): Promise<void> {
  const containers = [{ name: 'app', image: 'host', ...container }];
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers, ...spec } };
  const file = path.join(home.path, `${name}.json`);
  writeFileSync(file, JSON.stringify(pod));
  await kubectl('apply', '-f', file);
}

function program(script: string): string[] {
  return [process.execPath, '-e', script];
}

const listening = (host: string) =>
  program(`require('node:net').createServer((s) => s.end()).listen(+process.env.PORT, ${host})`);

/** Resolves with the pod's description once it has this. */
function described(name: string, pattern: RegExp): Promise<string> {
  return eventually(async () => {
    const text = await kubectl('describe', 'pod', name);
    return pattern.test(text) ? text : undefined;
  }, patienceMs);
}

function field(name: string, jsonpath: string): Promise<string> {
  return kubectl('get', 'pod', name, '-o', `jsonpath={${jsonpath}}`);
}

test('a pod beyond its memory limit is killed, says OOMKilled, and is started again with back-off', async () => {
  const command = program(
    `setTimeout(() => { globalThis.held = Buffer.alloc(${300 * mebibyte}, 1); }, 100); setInterval(() => {}, 1e6);`,
  );
  await create('greedy', { command, resources: { limits: { memory: '120Mi' } } });
  const text = await described('greedy', /CrashLoopBackOff[\s\S]*OOMKilled/);
  assert.match(text, /Exit Code: +137/);
  assert.match(text, /BackOff +.*Back-off restarting failed container app/);
  assert.equal(await field('beside', '.status.containerStatuses[0].restartCount'), '0');
});

test('the node says how limits are enforced', async () => {
  const path = '{.status.conditions[?(@.type=="LimitsEnforced")].message}';
  const message = await kubectl('get', 'nodes', '-o', `jsonpath={range .items[*]}${path}{end}`);
  assert.match(message, /^memory and cpu by control groups|^memory limits are enforced|^memory is watched/);
});

test('a limit that nothing can meet is told, with what to do', async () => {
  await create('tiny', { command: ['sleep', '1000'], resources: { limits: { memory: '4Ki' } } });
  await described(
    'tiny',
    /CreateContainerError[\s\S]*no program can run within a memory limit of 4096 bytes/,
  );
});

test('a program that listens on all addresses, or on the wrong one, gets an event that names it', async () => {
  const ports = [{ containerPort: 18_234 }];
  await create('wide', { command: listening("'0.0.0.0'"), ports });
  const wide = await described('wide', /WrongListenAddress/);
  assert.match(
    wide,
    /node \(process \d+\) listens on 0\.0\.0\.0:18234, all addresses .*\$HOST:\$PORT \(127\./,
  );
  await create('second', { command: listening('process.env.HOST'), ports });
  const second = await described('second', /PortTaken/);
  assert.match(
    second,
    /port 18234 of the pod's address 127\.\S+ is taken: node \(process \d+\) listens on 0\.0\.0\.0:18234/,
  );
  await create('inward', { command: listening("'127.0.0.1'"), ports: [{ containerPort: 18_235 }] });
  await described(
    'inward',
    /WrongListenAddress[\s\S]*listens on 127\.0\.0\.1:18235, but this pod's address is 127\./,
  );
  await create('right', { command: listening('process.env.HOST'), ports: [{ containerPort: 18_236 }] });
  await kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod/right');
  const told = await kubectl('get', 'events', '--field-selector', 'type=Warning', '-o', 'name');
  assert.doesNotMatch(told, /event\/(right|beside)\./);
});

test('what cannot start, and a probe of the wrong port, say what is wrong', async () => {
  await create('absent', { command: ['no-such-program'] });
  await described('absent', /StartError[\s\S]*cannot run "no-such-program": there is no such program/);
  await create('empty', {});
  await described('empty', /image "host" has no program of its own: set the container's command/);
  const readinessProbe = { httpGet: { port: 9 }, periodSeconds: 1 };
  await create('misprobed', { image: 'relevo/web', ports: [{ containerPort: 18_237 }], readinessProbe });
  await described(
    'misprobed',
    /Unhealthy .*Readiness probe failed: connect ECONNREFUSED 127\.\S+:9; the pod's programs listen on 127\.\S+:18237/,
  );
});

test('a program that asks for the host name is told whose it is', async () => {
  await create('named', { command: ['sh', '-c', 'hostname; exec sleep 1000'] });
  await described('named', /HostNameShared[\s\S]*"named", is in the variable HOSTNAME/);
});

test('top shows what a program holds', async () => {
  const script = `globalThis.held = Buffer.alloc(${50 * mebibyte}, 1); setInterval(() => {}, 1e6);`;
  await create('holder', { command: program(script) });
  const shown = await eventually(async () => {
    const row = await kubectl('top', 'pod', 'holder', '--no-headers').catch(() => '');
    return /(\d+)Mi/.exec(row)?.[1];
  }, patienceMs);
  // Node itself has some 15 to 30.
  assert.ok(Number(shown) >= 50 && Number(shown) < 120, shown);
});

test('a log goes on in other files, and kubectl sees one', async () => {
  const lines = 130_000;
  const script = `seq -f '%.0f 0123456789012345678901234567890123456789' ${lines}`;
  await create('talker', { command: ['sh', '-c', `sleep 1; ${script}`] }, { restartPolicy: 'Never' });
  const numbers = (text: string) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => Number.parseInt(line, 10));
  await eventually(async () => (await field('talker', '.status.phase')) !== 'Pending', patienceMs);
  const followed = numbers(await kubectl('logs', '-f', 'talker'));
  assert.equal(followed.length, lines);
  assert.ok(followed.every((number, index) => number === index + 1));
  const all = numbers(await kubectl('logs', 'talker'));
  assert.equal(all.length, lines, 'two files are needed for them');
  assert.ok(all.every((number, index) => number === index + 1));
  assert.equal(numbers(await kubectl('logs', 'talker', '--tail=120000')).length, 120_000);
  assert.equal((await kubectl('logs', 'talker', '--limit-bytes=100')).length, 100);
  assert.match(await kubectl('logs', 'talker', '--timestamps', '--tail=1'), /^\d{4}-\S+Z 130000 /);
});
