import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routeWorld } from '../../../tests/support/route-world.ts';

const pods = '/api/v1/namespaces/a/pods';

async function withPod(fields: object = {}, metadata: object = {}) {
  const { world } = routeWorld();
  const containers = [{ name: 'c', image: 'i' }];
  const pod = await world.must('POST', pods, {
    metadata: { name: 'p', ...metadata },
    spec: { containers, ...fields },
  });
  const bind = (body: object, target = `${pods}/p/binding`) => world.ask('POST', target, { body });
  const read = () => world.must('GET', `${pods}/p`);
  return { world, pod, bind, read };
}

test('a binding puts the pod on its node and says since when', async () => {
  const { pod, bind, read } = await withPod({}, { labels: { own: '1' }, annotations: { kept: 'x' } });
  const metadata = { uid: pod.metadata.uid, annotations: { by: 's' }, labels: { own: '2', zone: 'z' } };
  const answer = await bind({ metadata, target: { kind: 'Node', name: 'n1' } });
  assert.deepEqual(answer.body, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    code: 201,
  });
  assert.equal(answer.status, 201);
  const bound = await read();
  assert.equal(bound.spec.nodeName, 'n1');
  assert.deepEqual(bound.metadata.annotations, { kept: 'x', by: 's' });
  assert.deepEqual(bound.metadata.labels, { own: '1', zone: 'z' });
  const { type, status, lastTransitionTime } = bound.status.conditions[0];
  assert.deepEqual([type, status, lastTransitionTime], ['PodScheduled', 'True', '2030-01-01T00:00:00Z']);
});

test('bindings of a namespace are the same by another path', async () => {
  const { bind, read } = await withPod();
  const answer = await bind(
    { metadata: { name: 'p' }, target: { name: 'n1' } },
    '/api/v1/namespaces/a/bindings',
  );
  assert.equal(answer.status, 201);
  assert.equal((await read()).spec.nodeName, 'n1');
});

test('a dry run binds nothing', async () => {
  const { bind, read } = await withPod();
  const answer = await bind({ target: { name: 'n1' } }, `${pods}/p/binding?dryRun=All`);
  assert.equal(answer.status, 201);
  assert.equal((await read()).spec.nodeName, undefined);
});

test('of two bindings at once one wins', async () => {
  const { bind, read } = await withPod();
  const answers = await Promise.all(['n1', 'n2'].map((name) => bind({ target: { name } })));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 409],
  );
  const text = 'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1"';
  assert.equal(answers[1]?.body.message, text);
  assert.equal((await read()).spec.nodeName, 'n1');
});

const refusals: [why: string, body: object, code: number, text: RegExp][] = [
  ['another uid', { metadata: { uid: 'x' }, target: { name: 'n' } }, 409, /UID in precondition: x/],
  ['an old version', { metadata: { resourceVersion: '99' }, target: { name: 'n' } }, 409, /precondition: 99/],
  ['no node', { target: {} }, 422, /target.name: Required value/],
  ['what is no node', { target: { kind: 'Rack', name: 'n' } }, 422, /Unsupported value: "Rack"/],
  ['another name', { metadata: { name: 'q' }, target: { name: 'n' } }, 400, /does not match the name on/],
  ['another namespace', { metadata: { namespace: 'b' }, target: { name: 'n' } }, 400, /namespace/],
  ['another kind', { kind: 'Pod', target: { name: 'n' } }, 400, /must be of type Binding/],
];

for (const [why, body, code, text] of refusals) {
  test(`a binding with ${why} is refused`, async () => {
    const { bind, read } = await withPod();
    const answer = await bind(body);
    assert.equal(answer.status, code);
    assert.match(answer.body.message, text);
    assert.equal((await read()).spec.nodeName, undefined);
  });
}

test('a pod that is leaving, gated or not there is not bound', async () => {
  const leaving = await withPod({}, { finalizers: ['x/y'] });
  await leaving.world.must('DELETE', `${pods}/p`);
  const refused = await leaving.bind({ target: { name: 'n' } });
  assert.deepEqual([refused.status, /is being deleted/.test(refused.body.message)], [409, true]);
  const gated = await withPod({ schedulingGates: [{ name: 'g' }] });
  assert.match((await gated.bind({ target: { name: 'n' } })).body.message, /schedulingGates/);
  const missing = await gated.bind({ target: { name: 'n' } }, `${pods}/q/binding`);
  assert.deepEqual([missing.status, missing.body.message], [404, 'pods "q" not found']);
});

test('a binding is only created', async () => {
  const { world } = await withPod();
  assert.equal((await world.ask('GET', `${pods}/p/binding`)).status, 405);
  assert.equal((await world.ask('GET', '/api/v1/namespaces/a/bindings')).status, 405);
});
