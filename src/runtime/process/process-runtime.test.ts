import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { exitOf, openWorld, said, shell } from '../../../tests/support/process-world.ts';
import { processIdentity } from '../../base/process-identity.ts';
import { ImageError, NotFoundError, RunContainerError } from '../errors.ts';
import type { ContainerSpec, RuntimeEvent } from '../runtime.ts';
import { markedProcesses } from './marked-processes.ts';
import { runningNodeInit } from './node-init-connection.ts';

test('a container runs, is heard, and its end is told with its code', async (t) => {
  const { runtime } = await openWorld(t);
  const events: RuntimeEvent[] = [];
  runtime.events.subscribe((event) => void events.push(event));
  const container = await runtime.startContainer('pod-1', shell('echo one; echo two >/dev/stderr; exit 3'));
  assert.equal((await exitOf(runtime, container)).exitCode, 3);
  assert.deepEqual((await said(runtime, container.id)).sort(), ['! two', 'one']);
  assert.deepEqual(
    events.map((event) => event.type === 'container' && event.container.exit?.exitCode),
    [3],
  );
});

test('the environment names the pod and hides what is not for it', async (t) => {
  const env = {
    PATH: process.env.PATH,
    NODE_OPTIONS: '--bad',
    RELEVO_HOME: '/x',
    npm_config_a: 'b',
    KEPT: 'yes',
  };
  const { runtime } = await openWorld(t, { env });
  const ports = [{ containerPort: 8080, protocol: 'TCP' as const }];
  const spec = shell('env', { ports, env: { OWN: 'value', KEPT: 'mine' } });
  const container = await runtime.startContainer('pod-1', spec);
  await exitOf(runtime, container);
  const lines = await said(runtime, container.id);
  for (const line of [
    'HOSTNAME=pod-1',
    'HOST=127.0.0.1',
    'PORT=8080',
    'POD_IP=127.0.0.1',
    'OWN=value',
    'KEPT=mine',
  ]) {
    assert.ok(lines.includes(line), line);
  }
  const names = lines.map((line) => line.split('=')[0] ?? '');
  assert.deepEqual(
    names.filter((name) => /^(NODE_|npm_|RELEVO_(?!POD$))/.test(name)),
    [],
  );
});

test('stopping asks the main program first, and kills what does not listen', async (t) => {
  const { world, runtime } = await openWorld(t);
  const polite = shell('trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.01; done', {
    name: 'polite',
  });
  const deaf = shell('trap "" TERM; (setsid sleep 1000 &) ; echo up; while :; do sleep 1; done', {
    name: 'deaf',
  });
  const [one, two] = [
    await runtime.startContainer('pod-1', polite),
    await runtime.startContainer('pod-1', deaf),
  ];
  for (const { id } of [one, two]) await eventually(async () => (await said(runtime, id)).includes('up'));
  const ends = await Promise.all([
    runtime.stopContainer(one.id, { graceMs: 30_000 }),
    runtime.stopContainer(two.id, { graceMs: 50 }),
  ]);
  assert.deepEqual(
    ends.map((end) => [end?.exit?.exitCode, end?.exit?.signal]),
    [
      [0, undefined],
      [137, 9],
    ],
  );
  assert.deepEqual(await said(runtime, one.id), ['up', 'bye']);
  assert.deepEqual(markedProcesses(world.marker), []);
});

test('a later stop shortens the grace period', async (t) => {
  const { runtime } = await openWorld(t);
  const { id } = await runtime.startContainer('pod-1', shell('trap "" TERM; while :; do sleep 1; done'));
  const patient = runtime.stopContainer(id, { graceMs: 600_000 });
  await runtime.stopContainer(id, { graceMs: 0 });
  assert.equal((await patient)?.exit?.exitCode, 137);
  assert.equal(await runtime.stopContainer('unknown', { graceMs: 0 }), undefined);
});

test('what cannot be started says why', async (t) => {
  const { runtime } = await openWorld(t);
  const start = (more: Partial<ContainerSpec>) => runtime.startContainer('pod-1', { ...shell(''), ...more });
  await assert.rejects(start({ command: ['no-such-program'] }), (error) => {
    return (
      error instanceof RunContainerError && /"no-such-program": there is no such program/.test(error.message)
    );
  });
  await assert.rejects(
    start({ command: undefined }),
    /"host" has no program of its own: set the container's command/,
  );
  await assert.rejects(
    start({ workingDir: '/no/such/folder' }),
    /the working directory "\/no\/such\/folder"/,
  );
  await assert.rejects(runtime.startContainer('nobody', shell('')), NotFoundError);
  const unknown = runtime.resolveImage({ image: 'nginx:1', policy: 'Always' });
  await assert.rejects(unknown, (error) => error instanceof ImageError && error.reason === 'ErrImagePull');
  await assert.rejects(
    runtime.resolveImage({ image: 'Bad Name', policy: 'Always' }),
    (error) => error instanceof ImageError && error.reason === 'InvalidImageName',
  );
  assert.deepEqual((await runtime.pods())[0]?.containers, []);
});

test('pods, logs and exit codes outlive the runtime that started them', async (t) => {
  const { world, runtime } = await openWorld(t);
  const script = 'i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo line $i; done; exit 7';
  const first = await runtime.startContainer('pod-1', shell(script));
  const second = await runtime.startContainer('pod-1', shell('echo up; sleep 1000', { name: 'long' }));
  await runtime.close();
  const next = await world.open();
  const exit = await exitOf(next, first);
  assert.equal(exit.exitCode, 7);
  const lines = await said(next, first.id);
  assert.deepEqual(
    lines,
    Array.from({ length: 500 }, (_, i) => `line ${i + 1}`),
  );
  const [pod] = await next.pods();
  assert.equal(pod?.spec.name, 'pod-1');
  assert.equal(pod?.containers.find(({ id }) => id === second.id)?.exit, undefined);
});

test('when node-init is killed its programs end, and another takes over', async (t) => {
  const { world, runtime } = await openWorld(t);
  const container = await runtime.startContainer('pod-1', shell('setsid sleep 1000 & sleep 1000'));
  const resync = new Promise<void>((resolve) => {
    runtime.events.subscribe((event) => event.type === 'resync' && resolve());
  });
  process.kill(runningNodeInit(world.folder)?.pid ?? 0, 'SIGKILL');
  await resync;
  assert.deepEqual(markedProcesses(world.marker), []);
  const exit = await exitOf(runtime, container);
  assert.deepEqual([exit.exitCode, exit.reason], [137, 'ContainerStatusUnknown']);
  const successor = await runtime.startContainer('pod-1', shell('exit 0', { attempt: 1 }));
  assert.equal((await exitOf(runtime, successor)).exitCode, 0);
});

test('nothing outlives the keeper', async (t) => {
  const keeper = spawn('sleep', ['1000']);
  const pid = keeper.pid ?? 0;
  const { world, runtime } = await openWorld(t, { keeper: { pid, identity: processIdentity(pid) ?? '' } });
  await runtime.startContainer('pod-1', shell('sleep 1000'));
  await runtime.close();
  assert.equal(markedProcesses(world.marker).length > 0, true);
  keeper.kill('SIGKILL');
  await once(keeper, 'exit');
  await eventually(() => markedProcesses(world.marker).length === 0 && !runningNodeInit(world.folder));
  // So that the next node-init of this test's end is not told to leave at once.
  delete world.options.keeper;
});

test('the running container of a name and the one before it are kept', async (t) => {
  const { runtime } = await openWorld(t);
  for (const attempt of [0, 1, 2]) {
    await exitOf(runtime, await runtime.startContainer('pod-1', shell(`echo ${attempt}`, { attempt })));
  }
  const [pod] = await runtime.pods();
  assert.deepEqual(
    pod?.containers.map(({ attempt }) => attempt),
    [1, 2],
  );
  assert.deepEqual(await said(runtime, pod?.containers[0]?.id ?? ''), ['1']);
});

test('removing a pod kills it and forgets it', async (t) => {
  const { world, runtime } = await openWorld(t);
  const { id } = await runtime.startContainer('pod-1', shell('sleep 1000'));
  await runtime.removePod('pod-1');
  assert.deepEqual(markedProcesses(world.marker), []);
  assert.deepEqual(await runtime.pods(), []);
  await assert.rejects(said(runtime, id), NotFoundError);
  await runtime.removePod('pod-1');
});

test('a termination message is read from where it was left, or from the log of a failure', async (t) => {
  const { runtime } = await openWorld(t);
  const left = shell('echo because > $POD_ROOT/dev/termination-log; exit 1', {
    terminationMessagePath: '/dev/termination-log',
  });
  assert.equal((await exitOf(runtime, await runtime.startContainer('pod-1', left))).message, 'because\n');
  const logged = shell('echo last words; exit 1', { name: 'b', terminationMessageFromLog: true });
  assert.equal(
    (await exitOf(runtime, await runtime.startContainer('pod-1', logged))).message,
    'last words\n',
  );
});

test('volumes lie below POD_ROOT', async (t) => {
  const { world, runtime } = await openWorld(t);
  const mounts = [{ source: path.join(world.folder, 'pods'), target: '/data/pods', readOnly: true }];
  const container = await runtime.startContainer('pod-1', shell('ls $POD_ROOT/data/pods', { mounts }));
  await exitOf(runtime, container);
  assert.deepEqual(await said(runtime, container.id), ['pod-1']);
});

test('logs follow until the container ends', async (t) => {
  const { world, runtime } = await openWorld(t);
  const flag = path.join(world.folder, 'flag');
  const script = `echo first; until [ -e ${flag} ]; do sleep 0.01; done; echo last; printf unfinished`;
  const { id } = await runtime.startContainer('pod-1', shell(script));
  const lines: string[] = [];
  for await (const { data } of runtime.logs(id, { follow: true })) {
    lines.push(Buffer.from(data).toString());
    if (lines.length === 1) spawn('touch', [flag]);
  }
  assert.deepEqual(lines, ['first', 'last', 'unfinished']);
  assert.deepEqual(await said(runtime, id, { tailLines: 2 }), ['last', 'unfinished']);
  assert.deepEqual(await said(runtime, id, { sinceMs: Date.now() + 60_000 }), []);
});

test('what a container uses is measured', async (t) => {
  const { runtime } = await openWorld(t);
  const { id } = await runtime.startContainer('pod-1', shell('while :; do :; done'));
  const used = await eventually(async () => {
    const [usage] = await runtime.stats();
    return usage?.cpuNanocores ? usage : undefined;
  });
  assert.equal(used.containerId, id);
  assert.ok(
    used.cpuCoreNanoseconds > 0 && used.cpuNanocores && used.cpuNanocores > 1e7,
    JSON.stringify(used),
  );
  assert.ok(used.memoryWorkingSetBytes > 10_000);
});

test('relevo/web says who it is, and finishes its requests when it has to go', async (t) => {
  const { runtime } = await openWorld(t);
  const port = await freePort();
  const image = await runtime.resolveImage({ image: 'relevo/web:2', policy: 'Always' });
  const ports = [{ containerPort: port, protocol: 'TCP' as const }];
  const { id } = await runtime.startContainer('pod-1', { ...shell(''), command: undefined, image, ports });
  const base = `http://127.0.0.1:${port}`;
  const who = await eventually(
    async (): Promise<Record<string, unknown>> => JSON.parse(await (await fetch(base)).text()),
  );
  assert.deepEqual([who.pod, who.node, who.version], ['pod-1', 'node-1', '2']);
  const html = await fetch(base, { headers: { accept: 'text/html' } });
  assert.match(await html.text(), /<h1>pod-1<\/h1>/);
  assert.equal((await fetch(`${base}/healthz`)).status, 200);
  assert.equal((await fetch(`${base}/fail`)).status, 500);
  assert.equal((await fetch(`${base}/fail?rate=0`)).status, 200);
  assert.equal((await fetch(`${base}/burn?ms=5`)).status, 200);
  const slow = fetch(`${base}/slow?ms=300`);
  // Answered later than that one came in.
  await fetch(`${base}/healthz`);
  const end = await runtime.stopContainer(id, { graceMs: 10_000 });
  assert.equal((await slow).status, 200);
  assert.equal(end?.exit?.exitCode, 0);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
