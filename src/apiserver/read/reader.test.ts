import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiWorld } from '../../../tests/support/api-world.ts';

const maps = '/api/v1/namespaces/default/configmaps';

async function worldWith(count: number): Promise<ApiWorld> {
  const world = new ApiWorld();
  for (let i = 0; i < count; i++) {
    const metadata = { name: `cm-${i}`, labels: { parity: i % 2 === 0 ? 'even' : 'odd' } };
    await world.must('POST', maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
  }
  return world;
}

const names = (list: { items: { metadata: { name: string } }[] }) =>
  list.items.map((item) => item.metadata.name);

test('a limited list goes on where it stopped, in the state it began with', async () => {
  const world = await worldWith(5);
  const first = (await world.ask('GET', `${maps}?limit=2`)).body;
  assert.deepEqual(names(first), ['cm-0', 'cm-1']);
  assert.equal(first.metadata.remainingItemCount, 3);
  await world.must('DELETE', `${maps}/cm-2`);
  const token = encodeURIComponent(first.metadata.continue);
  const rest = (await world.ask('GET', `${maps}?limit=10&continue=${token}`)).body;
  assert.deepEqual(names(rest), ['cm-2', 'cm-3', 'cm-4']);
  assert.equal(rest.metadata.resourceVersion, first.metadata.resourceVersion);
  assert.equal(rest.metadata.continue, undefined);
});

test('a page with a selector is filled up before it is given out', async () => {
  const world = await worldWith(6);
  const page = (await world.ask('GET', `${maps}?limit=2&labelSelector=parity%3Dodd`)).body;
  assert.deepEqual(names(page), ['cm-1', 'cm-3']);
  assert.equal(page.metadata.remainingItemCount, undefined);
});

test('a continue token of somebody else is a 400', async () => {
  const world = await worldWith(1);
  assert.equal((await world.ask('GET', `${maps}?continue=abc`)).status, 400);
  const stolen = Buffer.from(JSON.stringify({ v: 'relevo.dev/v1', rv: 1, after: 'secrets/kube-system/x' }));
  assert.equal((await world.ask('GET', `${maps}?continue=${stolen.toString('base64url')}`)).status, 400);
});

test('resourceVersionMatch=Exact shows the past, and a compacted past is a 410', async () => {
  const world = await worldWith(3);
  const past = (await world.ask('GET', `${maps}?resourceVersion=2&resourceVersionMatch=Exact`)).body;
  assert.deepEqual(names(past), ['cm-0', 'cm-1']);
});

const refused = [
  'resourceVersionMatch=Exact',
  'resourceVersionMatch=Exact&resourceVersion=0',
  'resourceVersionMatch=Sometimes&resourceVersion=1',
  'resourceVersion=abc',
  'limit=abc',
  'fieldSelector=data.a%3Db',
  'labelSelector=a%20b',
];

for (const query of refused) {
  test(`a list with ${query} is a 400 that says why`, async () => {
    const answer = await (await worldWith(1)).ask('GET', `${maps}?${query}`);
    assert.equal(answer.status, 400, JSON.stringify(answer.body));
    assert.ok(answer.body.message.length > 10);
  });
}

test('a list waits for a revision that is just being written', async () => {
  const world = await worldWith(1);
  const listed = world.ask('GET', `${maps}?resourceVersion=2`);
  await world.must('POST', maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'later' } });
  assert.deepEqual(names((await listed).body), ['cm-0', 'later']);
});

test('field selectors take and leave by name, namespace and the fields of a kind', async () => {
  const world = await worldWith(3);
  assert.deepEqual(names((await world.ask('GET', `${maps}?fieldSelector=metadata.name%3Dcm-1`)).body), [
    'cm-1',
  ]);
  assert.deepEqual(names((await world.ask('GET', `${maps}?fieldSelector=metadata.name!%3Dcm-1`)).body), [
    'cm-0',
    'cm-2',
  ]);
});
