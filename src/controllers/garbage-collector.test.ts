import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ControllerWorld } from '../../tests/support/controller-world.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { makePod, meta } from '../../tests/support/objects.ts';
import type { AnyObject, KubeObject, OwnerReference } from '../api/object.ts';
import type { Resource } from '../client/resource.ts';
import { configMaps, customResourceDefinitions, pods, replicaSets, resourceOf } from '../client/resources.ts';
import { createGarbageCollector } from './garbage-collector.ts';

const widgets = resourceOf<AnyObject>('example.com', 'v1', 'Widget', 'widgets', true);

let world: ControllerWorld;

beforeEach(() => {
  world = new ControllerWorld();
  world.serve(pods, configMaps, replicaSets);
});

afterEach(() => world.close());

function start(): void {
  world.start(createGarbageCollector(world.context));
}

function refer(
  { apiVersion, kind, metadata }: KubeObject,
  more: Partial<OwnerReference> = {},
): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, ...more };
}

/** The fake API deletes at once; a deletion with finalizers is an update there. */
function add(resource: Resource, name: string, ownerReferences: OwnerReference[] = [], more: object = {}) {
  return world.client.resource(resource).create({ metadata: meta(name, { ownerReferences, ...more }) });
}

function names(collection: string): string[] {
  return world.api
    .all(collection)
    .map(({ metadata }) => metadata.name)
    .sort();
}

test('what a deleted owner owned goes, also what that owned', async () => {
  start();
  const top = await add(configMaps, 'top');
  const middle = await add(replicaSets, 'middle', [refer(top)]);
  await add(pods, 'bottom', [refer(middle)]);
  await add(pods, 'free');
  await eventually(() => world.context.informers.for(pods).lister.size === 2);
  await world.client.resource(configMaps, 'default').delete('top');
  await eventually(() => names('apps/replicasets').length === 0 && names('pods').length === 1);
  assert.deepEqual(names('pods'), ['free']);
});

test('an owner that never was, or whose uid is another, keeps nothing', async () => {
  const owner = await add(configMaps, 'owner');
  await add(pods, 'kept', [refer(owner)]);
  await add(pods, 'dangling', [refer(owner, { name: 'gone', uid: 'x' })]);
  await add(pods, 'replaced', [refer(owner, { uid: 'older' })]);
  await add(pods, 'misnamed', [refer(owner, { name: 'other' })]);
  start();
  await eventually(() => names('pods').length === 1);
  assert.deepEqual(names('pods'), ['kept']);
});

test('with one owner left only the references to the others go', async () => {
  const owner = await add(configMaps, 'owner');
  await add(pods, 'p', [refer(owner), refer(owner, { name: 'gone', uid: 'x' })]);
  start();
  const references = () => world.api.find('pods', 'default/p')?.metadata.ownerReferences;
  await eventually(() => references()?.length === 1);
  assert.equal(references()?.[0]?.uid, owner.metadata.uid);
});

test('an owner in another namespace counts as absent, and an event says so', async () => {
  const owner = await add(configMaps, 'owner', [], { namespace: 'other' });
  start();
  await eventually(() => world.context.informers.for(configMaps).lister.size === 1);
  await add(pods, 'p', [refer(owner)]);
  await eventually(() => names('pods').length === 0);
  await eventually(() => world.eventReasons.includes('OwnerRefInvalidNamespace'));
});

test('an orphaning deletion takes the references away and lets the owner go', async () => {
  const owner = await add(replicaSets, 'owner', [], { finalizers: ['orphan'] });
  await add(pods, 'p', [refer(owner, { controller: true, blockOwnerDeletion: true })]);
  start();
  await eventually(() => world.context.informers.for(pods).lister.size === 1);
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  await world.client
    .resource(replicaSets)
    .update({ ...owner, metadata: { ...owner.metadata, deletionTimestamp } } as never);
  await eventually(
    () => world.api.find('apps/replicasets', 'default/owner')?.metadata.finalizers?.length === 0,
  );
  assert.deepEqual(world.api.find('pods', 'default/p')?.metadata.ownerReferences, []);
});

test('a foreground deletion waits for the dependents that block it', async () => {
  const owner = await add(replicaSets, 'owner', [], { finalizers: ['foregroundDeletion'] });
  await add(pods, 'blocking', [refer(owner, { blockOwnerDeletion: true })], { finalizers: ['test/hold'] });
  start();
  await eventually(() => world.context.informers.for(pods).lister.size === 1);
  const removals: string[] = [];
  world.api.intercept = ({ method, path }) => {
    if (method === 'DELETE') removals.push(`delete ${path.split('/').at(-1)}`);
    if (method === 'PATCH') removals.push(`release ${path.split('/').at(-1)}`);
  };
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  await world.client
    .resource(replicaSets)
    .update({ ...owner, metadata: { ...owner.metadata, deletionTimestamp } } as never);
  await eventually(
    () => world.api.find('apps/replicasets', 'default/owner')?.metadata.finalizers?.length === 0,
  );
  assert.deepEqual(removals, ['delete blocking', 'release owner']);
});

test('custom kinds are collected once their definition is there', async () => {
  start();
  const owner = await add(configMaps, 'owner');
  world.serve(widgets);
  const spec = { group: 'example.com' };
  await world.client
    .resource(customResourceDefinitions)
    .create({ metadata: meta('widgets.example.com'), spec } as never);
  await add(widgets, 'w', [refer(owner)]);
  await eventually(() => world.api.openWatches >= 5);
  await world.client.resource(configMaps, 'default').delete('owner');
  await eventually(() => names('example.com/widgets').length === 0);
});

test('five hundred dependents of one owner go with one look at the owner', async () => {
  const owner = await add(replicaSets, 'owner');
  for (let index = 0; index < 500; index++) {
    const pod = makePod(`p${index}`);
    pod.metadata.ownerReferences = [refer(owner)];
    await world.client.resource(pods).create(pod);
  }
  start();
  await eventually(() => world.context.informers.for(pods).lister.size === 500);
  const before = world.api.requests.length;
  await world.client.resource(replicaSets, 'default').delete('owner');
  await eventually(() => names('pods').length === 0);
  const looks = world.api.requests
    .slice(before)
    .filter(({ method, path }) => method === 'GET' && path.endsWith('/replicasets/owner'));
  assert.equal(looks.length, 1);
});
