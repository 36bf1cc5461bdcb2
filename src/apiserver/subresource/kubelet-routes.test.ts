// Logs and streams: which kubelet is asked for what, and what is refused before.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routeWorld } from '../../../tests/support/route-world.ts';

const pods = '/api/v1/namespaces/a/pods';

interface Shape {
  containers?: string[];
  nodeName?: string;
  phase?: string;
  annotations?: Record<string, string>;
  addresses?: object[];
}

async function withPod(shape: Shape = {}) {
  const { containers = ['c'], nodeName = 'n1', phase, annotations, addresses } = shape;
  const { world } = routeWorld();
  await world.must('POST', '/api/v1/nodes', {
    metadata: { name: 'n1' },
    status: {
      addresses: addresses ?? [
        { type: 'Hostname', address: 'n1.local' },
        { type: 'InternalIP', address: '10.0.0.1' },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10299 } },
    },
  });
  const spec = {
    containers: containers.map((name) => ({ name, image: 'i' })),
    initContainers: [{ name: 'setup', image: 'i' }],
    ...(nodeName === '' ? {} : { nodeName }),
  };
  await world.must('POST', pods, { metadata: { name: 'p', annotations }, spec });
  if (phase)
    await world.must('PATCH', `${pods}/p/status`, { status: { phase } }, 'application/merge-patch+json');
  const target = async (rest: string, method = 'GET') => {
    const response = await world.raw(method, `${pods}/p/${rest}`);
    if (response.kind === 'proxy') return response.target;
    assert.fail(JSON.stringify(response.kind === 'payload' ? response.payload.value() : response.kind));
  };
  const refusal = async (rest: string, method = 'GET') => {
    const { status, body } = await world.ask(method, `${pods}/p/${rest}`);
    return `${status} ${body.message}`;
  };
  return { world, target, refusal };
}

test('a log is asked of the kubelet of the pod', async () => {
  const { target } = await withPod();
  assert.deepEqual(await target('log'), {
    host: '10.0.0.1',
    port: 10299,
    path: '/containerLogs/a/p/c',
    query: '',
    subject: 'pod a/p on node n1',
  });
});

test('the options of a log go with it', async () => {
  const { target } = await withPod();
  const options = 'follow=true&previous=false&timestamps=1&tailLines=0&limitBytes=5&sinceSeconds=9';
  const { path, query, insecureSkipTlsVerify } = await target(
    `log?${options}&container=setup&insecureSkipTLSVerifyBackend=true`,
  );
  assert.equal(path, '/containerLogs/a/p/setup');
  assert.equal(query, 'follow=true&timestamps=true&sinceSeconds=9&tailLines=0&limitBytes=5');
  assert.equal(insecureSkipTlsVerify, true);
  const since = await target('log?sinceTime=2030-01-01T00:00:00Z');
  assert.equal(since.query, 'sinceTime=2030-01-01T00%3A00%3A00Z');
});

const wrongOptions: [options: string, text: string][] = [
  ['tailLines=-1', 'tailLines: Invalid value: -1: must be greater than or equal to 0'],
  ['limitBytes=0', 'limitBytes: Invalid value: 0: must be greater than 0'],
  ['sinceSeconds=0', 'sinceSeconds: Invalid value: 0: must be greater than 0'],
  [
    'sinceSeconds=1&sinceTime=2030-01-01T00:00:00Z',
    'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
  ],
  ['stream=Stdout', 'stream: Forbidden: may not be specified'],
];

for (const [options, text] of wrongOptions) {
  test(`a log with ${options} is refused`, async () => {
    const { refusal } = await withPod();
    assert.equal(await refusal(`log?${options}`), `422 PodLogOptions "p" is invalid: ${text}`);
  });
}

test('options that are no numbers or times are bad requests', async () => {
  const { refusal } = await withPod();
  assert.match(await refusal('log?tailLines=many'), /^400 .*tailLines/);
  assert.match(await refusal('log?sinceTime=yesterday'), /^400 .*sinceTime/);
});

test('a pod without a node has an empty log', async () => {
  const { world } = await withPod({ nodeName: '' });
  const answer = await world.ask('GET', `${pods}/p/log`);
  assert.deepEqual([answer.status, answer.body], [204, '']);
});

test('of several containers one must be named, or annotated', async () => {
  const { refusal, target } = await withPod({ containers: ['x', 'y'] });
  const choose =
    'a container name must be specified for pod p, choose one of: [x y] or one of the init containers: [setup]';
  assert.equal(await refusal('log'), `400 ${choose}`);
  assert.equal(await refusal('exec?command=ls'), `400 ${choose}`);
  assert.equal(await refusal('log?container=z'), '400 container z is not valid for pod p');
  assert.equal((await target('log?container=y')).path, '/containerLogs/a/p/y');
  const annotations = { 'kubectl.kubernetes.io/default-container': 'y' };
  const annotated = await withPod({ containers: ['x', 'y'], annotations });
  assert.equal((await annotated.target('attach')).path, '/attach/a/p/y');
});

test('exec, attach and port-forward are asked in the words of the kubelet', async () => {
  const { target } = await withPod();
  const exec = await target(
    'exec?command=sh&command=-c&command=a%20b&stdin=true&stdout=true&tty=true',
    'POST',
  );
  assert.equal(exec.path, '/exec/a/p/c');
  assert.equal(exec.query, 'input=1&output=1&tty=1&command=sh&command=-c&command=a+b');
  const attach = await target('attach?stdout=1&stderr=1&stdin=false');
  assert.deepEqual([attach.path, attach.query], ['/attach/a/p/c', 'output=1&error=1']);
  const forward = await target('portforward?ports=80&ports=81,82', 'POST');
  assert.deepEqual([forward.path, forward.query], ['/portForward/a/p', 'port=80%2C81%2C82']);
  assert.equal((await target('portforward')).query, '');
});

test('a stream needs a pod that runs somewhere', async () => {
  const unbound = await withPod({ nodeName: '' });
  assert.equal(await unbound.refusal('exec'), '400 pod p does not have a host assigned');
  assert.equal(await unbound.refusal('portforward', 'POST'), '400 pod p does not have a host assigned');
  const ended = await withPod({ phase: 'Failed' });
  const text = '400 cannot exec into a container in a completed pod; current phase is Failed';
  assert.equal(await ended.refusal('exec'), text);
  assert.equal((await ended.target('log')).path, '/containerLogs/a/p/c');
  assert.match(await ended.refusal('portforward?ports=x'), /^400 ports: "x" is not a port/);
});

test('a node that is gone or has no address is said', async () => {
  assert.equal(await (await withPod({ nodeName: 'n2' })).refusal('log'), '404 nodes "n2" not found');
  const without = await withPod({ addresses: [] });
  assert.match(await without.refusal('exec'), /^500 .*no preferred addresses found/);
});

test('a name serves where there is no address', async () => {
  const { target } = await withPod({ addresses: [{ type: 'Hostname', address: 'n1.local' }] });
  assert.equal((await target('log')).host, 'n1.local');
});

test('a pod that is not there, and other verbs, are refused', async () => {
  const { world, refusal } = await withPod();
  const missing = await world.ask('GET', `${pods}/q/log`);
  assert.deepEqual([missing.status, missing.body.message], [404, 'pods "q" not found']);
  assert.match(await refusal('log', 'POST'), /^405/);
  assert.match(await refusal('exec', 'DELETE'), /^405/);
  assert.match(await refusal('portforward', 'PUT'), /^405/);
});
