import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { eventually } from '../../../tests/support/eventually.ts';
import { type ServedPod, servePod } from '../../../tests/support/served-pod.ts';
import { testCertificates } from '../../../tests/support/test-certificates.ts';

const lines = 'echo one; echo two >/dev/stderr; echo three; sleep 1000';

async function ask({ port, certificates }: ServedPod, path: string): Promise<IncomingMessage> {
  const { ca, client } = certificates;
  const sent = request({ host: '127.0.0.1', port, path, ca, ...client, agent: false }).end();
  const [response] = await once(sent, 'response');
  return response;
}

async function answer(served: ServedPod, path: string): Promise<{ status?: number; body: string }> {
  const response = await ask(served, path);
  return { status: response.statusCode, body: await text(response) };
}

function logPath(query = ''): string {
  return `/containerLogs/default/web/app?${query}`;
}

test('logs are shown as they are asked for', async (t) => {
  const served = await servePod(t, lines);
  await eventually(async () => (await answer(served, logPath())).body.includes('three'));
  const { body } = await answer(served, logPath());
  assert.deepEqual(body.split('\n').sort(), ['', 'one', 'three', 'two']);
  assert.equal((await answer(served, logPath('tailLines=1'))).body.split('\n').length, 2);
  assert.equal((await answer(served, logPath('limitBytes=5'))).body.length, 5);
  assert.equal((await answer(served, logPath('sinceTime=2999-01-01T00:00:00Z'))).body, '');
  assert.equal((await answer(served, logPath('sinceSeconds=3600'))).body, body);
  const stamped = (await answer(served, logPath('timestamps=true&tailLines=1'))).body;
  assert.match(stamped, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z \w+\n$/);
});

test('logs follow the container to its end', async (t) => {
  const served = await servePod(t, 'echo first; sleep 1000');
  const response = await ask(served, logPath('follow=true'));
  const [first] = await once(response, 'data');
  assert.equal(String(first), 'first\n');
  const rest = text(response);
  const [pod] = await served.runtime.pods();
  await served.runtime.stopContainer(pod?.containers[0]?.id ?? '', { graceMs: 0 });
  assert.equal(await rest, '');
});

test('what is not there is said', async (t) => {
  const served = await servePod(t, lines);
  for (const [path, status, message] of [
    ['/containerLogs/default/none/app', 404, /pod "none" in namespace "default" is not on node "node-1"/],
    ['/containerLogs/default/web/none', 400, /container "none" in pod "web" is waiting to start/],
    [logPath('previous=true'), 400, /previous terminated container "app" in pod "web" not found/],
    [logPath('tailLines=-1'), 400, /tailLines must be a whole number/],
    ['/exec/default/web/app?command=true', 400, /needs an upgrade/],
    ['/elsewhere', 404, /not found/],
  ] as const) {
    const { status: got, body } = await answer(served, path);
    assert.equal(got, status, path);
    assert.match(body, message);
  }
  assert.deepEqual(await answer(served, '/healthz'), { status: 200, body: 'ok' });
});

test('only the API server may ask', async (t) => {
  const served = await servePod(t, lines);
  const foreign = await testCertificates();
  const strangers = { ...served, certificates: { ...foreign, ca: served.certificates.ca } };
  await assert.rejects(answer(strangers, '/healthz'));
  const node = { ...served, certificates: { ...served.certificates, client: served.certificates.server } };
  assert.equal((await answer(node, '/healthz')).status, 403);
});

test('usage is told in the kubelet’s format', async (t) => {
  const served = await servePod(t, 'while :; do :; done');
  const [pod] = await eventually(async () => {
    const { pods } = JSON.parse((await answer(served, '/stats/summary')).body);
    return pods[0]?.cpu.usageNanoCores > 0 ? pods : undefined;
  });
  assert.deepEqual(pod.podRef, { name: 'web', namespace: 'default', uid: 'uid-web' });
  assert.equal(pod.containers[0].name, 'app');
  assert.ok(pod.containers[0].memory.workingSetBytes > 0);
});

interface Channels {
  socket: WebSocket;
  /** What came so far, by channel. */
  said: string[];
  send(channel: number, text: string): void;
}

async function openSocket(
  t: TestContext,
  served: ServedPod,
  path: string,
  protocol: string,
): Promise<Channels> {
  const { ca, client } = served.certificates;
  const socket = new WebSocket(`wss://127.0.0.1:${served.port}${path}`, [protocol], { ca, ...client });
  t.after(() => socket.terminate());
  const said: string[] = [];
  socket.on('message', (data: Buffer) => {
    const channel = data[0] ?? 0;
    said[channel] = (said[channel] ?? '') + data.subarray(1).toString('latin1');
  });
  await once(socket, 'open');
  const send = (channel: number, message: string) => {
    socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(message, 'latin1')]));
  };
  return { socket, said, send };
}

function execPath(command: string[], streams = 'stdin=true&stdout=true&stderr=true'): string {
  const words = command.map((word) => `command=${encodeURIComponent(word)}`);
  return `/exec/default/web/app?${[...words, streams].join('&')}`;
}

test('exec carries stdin, stdout, stderr and the exit code over a WebSocket', async (t) => {
  const served = await servePod(t, 'sleep 1000');
  const path = execPath(['sh', '-c', 'cat; echo oops >&2; exit 3']);
  const { socket, said, send } = await openSocket(t, served, path, 'v5.channel.k8s.io');
  send(0, 'hello\n');
  send(255, '\0');
  await once(socket, 'close');
  assert.deepEqual([said[1], said[2]], ['hello\n', 'oops\n']);
  const status = JSON.parse(said[3] ?? '');
  assert.deepEqual([status.reason, status.details.causes[0].message], ['NonZeroExitCode', '3']);
});

test('a long output arrives whole, before the status', async (t) => {
  const served = await servePod(t, 'sleep 1000');
  const path = execPath(['sh', '-c', 'head -c 3000000 /dev/zero']);
  const { socket, said } = await openSocket(t, served, path, 'v4.channel.k8s.io');
  await once(socket, 'close');
  assert.equal(said[1]?.length, 3_000_000);
  assert.equal(JSON.parse(said[3] ?? '').status, 'Success');
});

test('a program that is not there is told over the streams, a missing container before them', async (t) => {
  const served = await servePod(t, 'sleep 1000');
  const { socket, said } = await openSocket(t, served, execPath(['no-such-program']), 'v5.channel.k8s.io');
  await once(socket, 'close');
  assert.match(JSON.parse(said[3] ?? '').message, /there is no such program/);
  const missing = openSocket(t, served, '/exec/default/web/none?command=true&stdout=1', 'v5.channel.k8s.io');
  await assert.rejects(missing, /400/);
});

test('a client that leaves takes its program along', async (t) => {
  const served = await servePod(t, 'sleep 1000');
  const path = execPath(['sh', '-c', 'echo $$; sleep 1000']);
  const { socket, said } = await openSocket(t, served, path, 'v5.channel.k8s.io');
  const pid = await eventually(() => Number(said[1]) || undefined);
  socket.terminate();
  await eventually(() => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  });
});

test('ports are forwarded over channels', async (t) => {
  const served = await servePod(t, 'sleep 1000');
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const path = `/portForward/default/web?port=${port}`;
  const { said, send } = await openSocket(t, served, path, 'v4.channel.k8s.io');
  const name = Buffer.alloc(2);
  name.writeUInt16LE(port);
  send(0, 'hello');
  await eventually(() => said[0] === `${name.toString('latin1')}hello`);
  assert.equal(said[1], name.toString('latin1'));
});
