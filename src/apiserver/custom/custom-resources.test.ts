import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  anything,
  CustomWorld,
  definitionOf,
  definitionsPath,
  toy,
  toys,
  toysPath,
  toyVersion,
} from '../../../tests/support/custom-world.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import type { AnyObject } from '../../api/object.ts';

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

let world: CustomWorld;

beforeEach(() => {
  world = new CustomWorld();
});

afterEach(() => world.close());

/** The condition of a definition once it has this status. */
function condition(name: string, type: string, status: string): Promise<Condition> {
  return eventually(async () => {
    const { body } = await world.ask('GET', `${definitionsPath}/${name}`);
    const conditions: Condition[] = body.status?.conditions ?? [];
    return conditions.find((one) => one.type === type && one.status === status);
  });
}

function definitionIsGone(name: string): Promise<boolean> {
  return eventually(async () => (await world.ask('GET', `${definitionsPath}/${name}`)).status === 404);
}

describe('a new definition', () => {
  it('is served when its creation is acknowledged', async () => {
    assert.equal((await world.ask('GET', toysPath)).status, 404);
    await world.define(toys(toyVersion(anything)));
    assert.equal((await world.ask('POST', toysPath, { body: toy('a') })).status, 201);
  });

  it('is established under its names', async () => {
    await world.define(toys(toyVersion(anything)));
    const { reason, message } = await condition('toys.example.com', 'Established', 'True');
    assert.deepEqual([reason, message], ['InitialNamesAccepted', 'the initial names have been accepted']);
    const { status } = await world.must('GET', `${definitionsPath}/toys.example.com`);
    assert.deepEqual(status.acceptedNames, {
      ...{ plural: 'toys', singular: 'toy', kind: 'Toy', listKind: 'ToyList', shortNames: ['ty'] },
    });
    assert.deepEqual(status.storedVersions, ['v1']);
    const named = await condition('toys.example.com', 'NamesAccepted', 'True');
    assert.deepEqual([named.reason, named.message], ['NoConflicts', 'no conflicts found']);
  });

  it('shows in discovery with its names and subresources', async () => {
    const scale = { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' };
    await world.define(toys(toyVersion(anything, { subresources: { status: {}, scale } })));
    const { body } = await world.ask('GET', '/apis/example.com/v1');
    assert.deepEqual(
      body.resources.map((one: { name: string; kind: string }) => [one.name, one.kind]),
      [
        ['toys', 'Toy'],
        ['toys/scale', 'Scale'],
        ['toys/status', 'Toy'],
      ],
    );
    assert.deepEqual(body.resources[0].shortNames, ['ty']);
  });

  it('does not count as another change of the definition', async () => {
    await world.define(toys(toyVersion(anything)));
    await condition('toys.example.com', 'Established', 'True');
    const { metadata } = await world.must('GET', `${definitionsPath}/toys.example.com`);
    assert.equal(metadata.generation, 1);
    const { generation } = world.core.scheme;
    await world.must(
      'PATCH',
      `${definitionsPath}/toys.example.com`,
      { metadata: { labels: { a: 'b' } } },
      merge,
    );
    assert.equal(world.core.scheme.generation, generation, 'the kinds were built again for nothing');
  });

  it('of a protected group says who approved it', async () => {
    const guarded = definitionOf('x.k8s.io', { plural: 'toys', kind: 'Toy' }, toyVersion(anything));
    assert.equal((await world.ask('POST', definitionsPath, { body: guarded })).status, 422);
    const annotations = { 'api-approved.kubernetes.io': 'unapproved, an experiment' };
    await world.define({ ...guarded, metadata: { ...guarded.metadata, annotations } });
    const { reason } = await condition('toys.x.k8s.io', 'KubernetesAPIApprovalPolicyConformant', 'False');
    assert.equal(reason, 'UnapprovedAnnotation');
  });
});

const merge = 'application/merge-patch+json';

describe('a changed definition', () => {
  const closed = { type: 'object', properties: { size: { type: 'integer' } } } as const;

  it('is in force when its update is acknowledged', async () => {
    const created = await world.define(toys(toyVersion(closed)));
    await world.must('POST', toysPath, toy('a', { spec: { size: 1, colour: 'red' } }));
    const open = toys(toyVersion(anything)).spec;
    await world.must('PATCH', `${definitionsPath}/${created.metadata.name}`, { spec: open }, merge);
    const kept = await world.must('POST', toysPath, toy('b', { spec: { size: 1, colour: 'red' } }));
    assert.deepEqual(kept.spec, { size: 1, colour: 'red' });
    assert.deepEqual((await world.must('GET', `${toysPath}/a`)).spec, { size: 1 });
  });

  it('gives up the versions that are no longer served', async () => {
    const v2 = toyVersion(anything, { name: 'v2', storage: false });
    const created = await world.define(toys(toyVersion(anything), v2));
    assert.equal((await world.ask('GET', '/apis/example.com/v2/toys')).status, 200);
    const { spec } = toys(toyVersion(anything), { ...v2, served: false });
    await world.must('PATCH', `${definitionsPath}/${created.metadata.name}`, { spec }, merge);
    assert.equal((await world.ask('GET', '/apis/example.com/v2/toys')).status, 404);
    assert.equal((await world.ask('GET', '/apis/example.com/v1/toys')).status, 200);
  });

  it('remembers every version that objects were stored in', async () => {
    const v2 = toyVersion(anything, { name: 'v2', storage: false });
    const created = await world.define(toys(toyVersion(anything), v2));
    await world.must('POST', toysPath, toy('a', { spec: { size: 1 } }));
    const { spec } = toys(toyVersion(anything, { storage: false }), { ...v2, storage: true });
    const path = `${definitionsPath}/${created.metadata.name}`;
    await world.must('PATCH', path, { spec }, merge);
    await eventually(async () => (await world.must('GET', path)).status.storedVersions.length === 2);
    assert.deepEqual((await world.must('GET', path)).status.storedVersions, ['v1', 'v2']);
    const old = await world.must('GET', '/apis/example.com/v2/namespaces/default/toys/a');
    assert.equal(old.apiVersion, 'example.com/v2');
  });
});

describe('two definitions that want one name', () => {
  const games = definitionOf('example.com', { plural: 'games', kind: 'Toy' }, toyVersion(anything));

  it('do not both get it', async () => {
    await Promise.all([world.define(toys(toyVersion(anything))), world.define(games)]);
    const { reason, message } = await condition('games.example.com', 'NamesAccepted', 'False');
    assert.deepEqual([reason, message], ['ListKindConflict', '"ToyList" is already in use']);
    const established = await condition('games.example.com', 'Established', 'False');
    assert.deepEqual(
      [established.reason, established.message],
      ['NotAccepted', 'not all names are accepted'],
    );
    assert.equal((await world.ask('GET', '/apis/example.com/v1/games')).status, 404);
    assert.equal((await world.ask('GET', '/apis/example.com/v1/toys')).status, 200);
  });

  it('get it one after the other', async () => {
    await world.define(toys(toyVersion(anything)));
    await world.define(games);
    await condition('games.example.com', 'NamesAccepted', 'False');
    await world.must('DELETE', `${definitionsPath}/toys.example.com`);
    await condition('games.example.com', 'Established', 'True');
    assert.equal((await world.ask('GET', '/apis/example.com/v1/games')).status, 200);
  });

  it('may have it in different groups', async () => {
    await world.define(toys(toyVersion(anything)));
    await world.define(definitionOf('example.org', { plural: 'toys', kind: 'Toy' }, toyVersion(anything)));
    await condition('toys.example.org', 'Established', 'True');
  });

  it('do not get the name of a built-in kind', async () => {
    const annotations = { 'api-approved.kubernetes.io': 'unapproved' };
    const clash = definitionOf(
      'networking.k8s.io',
      { plural: 'ingresses', kind: 'Ingress' },
      toyVersion(anything),
    );
    await world.define({ ...clash, metadata: { ...clash.metadata, annotations } });
    await condition('ingresses.networking.k8s.io', 'NamesAccepted', 'False');
    assert.equal(world.core.scheme.find('networking.k8s.io', 'v1', 'ingresses')?.custom, false);
  });
});

describe('a deleted definition', () => {
  it('takes its objects with it', async () => {
    await world.define(toys(toyVersion(anything)));
    for (const name of ['a', 'b', 'c']) await world.must('POST', toysPath, toy(name));
    await world.must('DELETE', `${definitionsPath}/toys.example.com`);
    await definitionIsGone('toys.example.com');
    assert.equal(world.store.count('toys.example.com/'), 0);
    assert.equal((await world.ask('GET', toysPath)).status, 404);
  });

  it('waits for objects with finalizers, and takes no new ones meanwhile', async () => {
    await world.define(toys(toyVersion(anything)));
    await world.must('POST', toysPath, {
      ...toy('a'),
      metadata: { name: 'a', finalizers: ['example.com/x'] },
    });
    await world.must('DELETE', `${definitionsPath}/toys.example.com`);
    const { reason } = await condition('toys.example.com', 'Terminating', 'True');
    assert.equal(reason, 'InstanceDeletionInProgress');
    await eventually(async () => (await world.must('GET', `${toysPath}/a`)).metadata.deletionTimestamp);

    const text = 'create not allowed while custom resource definition is terminating';
    const refused = await world.ask('POST', toysPath, { body: toy('b') });
    assert.deepEqual([refused.status, refused.body.message], [405, text]);
    const applied = await world.ask('PATCH', `${toysPath}/b?fieldManager=me`, {
      body: toy('b'),
      contentType: 'application/apply-patch+yaml',
    });
    assert.equal(applied.status, 405);

    await world.must('PATCH', `${toysPath}/a`, { metadata: { finalizers: null } }, merge);
    await definitionIsGone('toys.example.com');
    assert.equal((await world.ask('GET', toysPath)).status, 404);
  });

  it('stays while a finalizer of its own holds it, after its objects have gone', async () => {
    const definition = toys(toyVersion(anything));
    await world.define({
      ...definition,
      metadata: { ...definition.metadata, finalizers: ['example.com/y'] },
    });
    await world.must('POST', toysPath, toy('a'));
    await world.must('DELETE', `${definitionsPath}/toys.example.com`);
    const { reason } = await condition('toys.example.com', 'Terminating', 'False');
    assert.equal(reason, 'InstanceDeletionCompleted');
    const { metadata } = await world.must('GET', `${definitionsPath}/toys.example.com`);
    assert.deepEqual(metadata.finalizers, ['example.com/y']);
    await world.must(
      'PATCH',
      `${definitionsPath}/toys.example.com`,
      { metadata: { finalizers: null } },
      merge,
    );
    await definitionIsGone('toys.example.com');
  });

  it('can be made again', async () => {
    await world.define(toys(toyVersion(anything)));
    await world.must('POST', toysPath, toy('a'));
    await world.must('DELETE', `${definitionsPath}/toys.example.com`);
    await definitionIsGone('toys.example.com');
    await world.define(toys(toyVersion(anything)));
    const { items } = (await world.ask('GET', toysPath)).body as { items: AnyObject[] };
    assert.deepEqual(items, []);
  });
});

describe('a restart', () => {
  it('serves what is in the store before anybody asks, and writes nothing', async () => {
    await world.define(toys(toyVersion(anything)));
    await condition('toys.example.com', 'Established', 'True');
    const { store } = world;
    await world.custom.close();
    const { revision } = store;
    const again = new CustomWorld({ store });
    assert.ok(again.core.scheme.find('example.com', 'v1', 'toys'));
    await again.custom.close();
    assert.equal(store.revision, revision);
  });

  it('goes on with a deletion that was under way', async () => {
    await world.define(toys(toyVersion(anything)));
    await world.must('POST', toysPath, toy('a'));
    await world.custom.close();
    await world.must('DELETE', `${definitionsPath}/toys.example.com`);
    const again = new CustomWorld({ store: world.store });
    await definitionIsGone('toys.example.com');
    assert.equal(world.store.count('toys.example.com/'), 0);
    await again.custom.close();
  });

  it('leaves a name to the definition that has it, whatever the order of their keys', async () => {
    await world.define(toys(toyVersion(anything)));
    const games = definitionOf('example.com', { plural: 'games', kind: 'Toy' }, toyVersion(anything));
    await world.define(games);
    await condition('games.example.com', 'NamesAccepted', 'False');
    await world.custom.close();
    const again = new CustomWorld({ store: world.store });
    assert.ok(again.core.scheme.find('example.com', 'v1', 'toys'));
    assert.equal(again.core.scheme.find('example.com', 'v1', 'games'), undefined);
    await again.custom.close();
  });
});
