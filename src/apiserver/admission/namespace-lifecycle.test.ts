import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { AdmittedWorld, podBody } from '../../../tests/support/admitted-world.ts';
import { eventually } from '../../../tests/support/eventually.ts';

let world: AdmittedWorld;

beforeEach(async () => {
  world = await AdmittedWorld.create();
});

async function createNamespace(name: string): Promise<void> {
  await world.must('POST', '/api/v1/namespaces', { metadata: { name } });
}

const configMap = { metadata: { name: 'a' } };
const terminating =
  'configmaps "a" is forbidden: unable to create new content in namespace shop because it is being terminated';

test('nothing is created in a namespace that does not exist, and that is said before anything else', async () => {
  const invalid = { metadata: { name: 'A!' } };
  const { status, body } = await world.ask('POST', '/api/v1/namespaces/nowhere/configmaps', {
    body: invalid,
  });
  assert.equal(status, 404);
  assert.equal(body.message, 'namespaces "nowhere" not found');
});

test('nothing is created in a namespace that is going; what is there may be changed and deleted', async () => {
  await createNamespace('shop');
  const path = '/api/v1/namespaces/shop/configmaps';
  await world.must('POST', path, { metadata: { name: 'old', finalizers: ['a/b'] } });
  const going = await world.must('DELETE', '/api/v1/namespaces/shop');
  assert.equal(going.status.phase, 'Terminating');

  const { status, body } = await world.ask('POST', path, { body: configMap });
  assert.equal(status, 403);
  assert.equal(body.message, terminating);
  assert.deepEqual(body.details.causes, [
    {
      reason: 'NamespaceTerminating',
      message: 'namespace shop is being terminated',
      field: 'metadata.namespace',
    },
  ]);
  await world.must('DELETE', `${path}/old`);
  await world.must(
    'PATCH',
    `${path}/old`,
    { metadata: { finalizers: null } },
    'application/merge-patch+json',
  );
});

test('what comes after a deletion is refused before the deletion is durable', async () => {
  await createNamespace('shop');
  world.store.hold();
  const deleted = world.must('DELETE', '/api/v1/namespaces/shop');
  await eventually(() => world.store.waiting > 0);
  const { body } = await world.ask('POST', '/api/v1/namespaces/shop/configmaps', { body: configMap });
  assert.equal(body.message, terminating);
  world.store.release();
  await deleted;
});

test('a deletion that fails or is tried out does not keep a namespace from being used', async () => {
  await createNamespace('shop');
  await world.must('DELETE', '/api/v1/namespaces/shop?dryRun=All');
  world.store.hold();
  const deleted = world.ask('DELETE', '/api/v1/namespaces/shop');
  await eventually(() => world.store.waiting > 0);
  world.store.fail();
  assert.ok((await deleted).status >= 500);
  world.store.release();
  await eventually(() => world.must('POST', '/api/v1/namespaces/shop/configmaps', configMap));
});

for (const name of ['default', 'kube-system', 'kube-public'])
  test(`the namespace ${name} stays`, async () => {
    const { status, body } = await world.ask('DELETE', `/api/v1/namespaces/${name}`);
    assert.equal(status, 403);
    assert.equal(body.message, `namespaces "${name}" is forbidden: this namespace may not be deleted`);
  });

test('a new namespace has its finalizer and its label', async () => {
  await createNamespace('shop');
  const { metadata, spec } = await world.must('GET', '/api/v1/namespaces/shop');
  assert.deepEqual(spec.finalizers, ['kubernetes']);
  assert.equal(metadata.labels?.['kubernetes.io/metadata.name'], 'shop');
});

test('pods, too, need a namespace', async () => {
  const { status } = await world.ask('POST', '/api/v1/namespaces/nowhere/pods', { body: podBody('a') });
  assert.equal(status, 404);
});
