import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiWorld } from '../../../tests/support/api-world.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const configMap = (name: string, data = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});
const mergePatch = 'application/merge-patch+json';

function deployment(name: string, spec: object = {}) {
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'app', image: 'app:1' }] },
      },
      ...spec,
    },
  };
}

test('the server gives a new object what only it may give', async () => {
  const world = new ApiWorld();
  const given = { ...configMap('a'), metadata: { name: 'a', uid: 'mine', generation: 7, selfLink: '/x' } };
  const { metadata } = await world.must('POST', maps, given);
  assert.match(metadata.uid ?? '', /^[0-9a-f-]{36}$/);
  assert.match(metadata.creationTimestamp ?? '', /^\d{4}-.*Z$/);
  assert.equal(metadata.namespace, 'default');
  assert.equal(metadata.generation, undefined);
  assert.equal(metadata.resourceVersion, '1');
});

test('generated names do not collide', async () => {
  const world = new ApiWorld();
  const given = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'a-' } };
  const made = await Promise.all(Array.from({ length: 50 }, () => world.must('POST', maps, given)));
  const names = new Set(made.map(({ metadata }) => metadata.name));
  assert.equal(names.size, 50);
  for (const name of names) assert.match(name, /^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});

test('a dry run answers as if and stores nothing', async () => {
  const world = new ApiWorld();
  const answer = await world.ask('POST', `${maps}?dryRun=All`, { body: configMap('a') });
  assert.equal(answer.status, 201);
  assert.equal((await world.ask('GET', `${maps}/a`)).status, 404);
  assert.equal((await world.ask('POST', `${maps}?dryRun=Some`, { body: configMap('a') })).status, 422);
});

test('of two updates from the same state the second is a conflict', async () => {
  const world = new ApiWorld();
  const made = await world.must('POST', maps, configMap('a'));
  const { resourceVersion } = made.metadata;
  const update = (value: string) =>
    world.ask('PUT', `${maps}/a`, {
      body: { ...configMap('a', { value }), metadata: { name: 'a', resourceVersion } },
    });
  const answers = await Promise.all([update('1'), update('2')]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  assert.match(answers.find(({ status }) => status === 409)?.body.message, /the object has been modified/);
});

test('an update that changes nothing keeps its revision and tells no watcher', async () => {
  const world = new ApiWorld();
  const made = await world.must('POST', deployments, deployment('web'));
  const again = await world.must('PUT', `${deployments}/web`, made);
  assert.equal(again.metadata.resourceVersion, made.metadata.resourceVersion);
});

test('generation counts changes of the spec, not of labels or status', async () => {
  const world = new ApiWorld();
  await world.must('POST', deployments, deployment('web'));
  const patch = (path: string, body: object) =>
    world.must('PATCH', `${deployments}/web${path}`, body, mergePatch);
  assert.equal((await patch('', { metadata: { labels: { a: 'b' } } })).metadata.generation, 1);
  assert.equal((await patch('/status', { status: { replicas: 1 } })).metadata.generation, 1);
  assert.equal((await patch('', { spec: { replicas: 2 } })).metadata.generation, 2);
});

test('the status subresource changes only the status, and the object only the rest', async () => {
  const world = new ApiWorld();
  await world.must('POST', deployments, { ...deployment('web'), status: { replicas: 9 } });
  const both = { spec: { replicas: 5 }, status: { replicas: 5 } };
  const status = await world.must('PATCH', `${deployments}/web/status`, both, mergePatch);
  assert.equal(status.spec?.replicas, 1);
  assert.equal(status.status?.replicas, 5);
  const spec = await world.must(
    'PATCH',
    `${deployments}/web`,
    { spec: { replicas: 3 }, status: { replicas: 0 } },
    mergePatch,
  );
  assert.equal(spec.spec?.replicas, 3);
  assert.equal(spec.status?.replicas, 5);
});

test('unknown fields are dropped silently, with a warning, or refused, as the client asks', async () => {
  const world = new ApiWorld();
  const body = { ...configMap('a'), dta: {} };
  assert.deepEqual(
    (await world.ask('POST', `${maps}?fieldValidation=Ignore&dryRun=All`, { body })).warnings,
    [],
  );
  assert.deepEqual((await world.ask('POST', `${maps}?dryRun=All`, { body })).warnings, [
    'unknown field "dta"',
  ]);
  const strict = await world.ask('POST', `${maps}?fieldValidation=Strict&dryRun=All`, { body });
  assert.equal(strict.status, 400);
  assert.match(strict.body.message, /strict decoding error: unknown field "dta"$/);
});

test('a field given twice is named', async () => {
  const body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1","x":"2"}}';
  const answer = await new ApiWorld().ask('POST', `${maps}?fieldValidation=Strict`, { body });
  assert.match(answer.body.message, /duplicate field "data.x"/);
});

const wrong: [what: string, path: string, ask: object, status: number, text: RegExp][] = [
  ['malformed JSON', maps, { body: '{' }, 400, /couldn't parse/],
  ['an array', maps, { body: [] }, 400, /must be a ConfigMap/],
  [
    'another kind',
    maps,
    { body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } } },
    400,
    /Secret/,
  ],
  ['another version', maps, { body: { ...configMap('a'), apiVersion: 'v2' } }, 400, /v2/],
  [
    'another namespace',
    maps,
    { body: { ...configMap('a'), metadata: { name: 'a', namespace: 'b' } } },
    400,
    /namespace/,
  ],
  [
    'a revision',
    maps,
    { body: { ...configMap('a'), metadata: { name: 'a', resourceVersion: '1' } } },
    400,
    /resourceVersion/,
  ],
  [
    'no name',
    maps,
    { body: { apiVersion: 'v1', kind: 'ConfigMap' } },
    422,
    /name or generateName is required/,
  ],
  ['a bad name', maps, { body: configMap('A_b') }, 422, /RFC 1123/],
  ['a wrong type', maps, { body: { ...configMap('a'), data: { x: 1 } } }, 400, /cannot unmarshal/],
  ['an unknown media type', maps, { body: 'x', contentType: 'text/csv' }, 415, /media type/],
];

for (const [what, path, ask, status, text] of wrong) {
  test(`a creation with ${what} is a ${status} that says so`, async () => {
    const answer = await new ApiWorld().ask('POST', path, ask);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.equal(answer.body.kind, 'Status');
    assert.match(answer.body.message, text);
  });
}
