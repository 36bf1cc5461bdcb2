import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anything, definitionOf, toys, toyVersion } from '../../../tests/support/custom-world.ts';
import type { AnyObject } from '../../api/object.ts';
import { customKinds } from './custom-kind.ts';

const versions = (...names: string[]) =>
  names.map((name, index) => toyVersion(anything, { name, storage: index === 0 }));

describe('the kinds of a definition', () => {
  it('are one for each served version, the stored one first', () => {
    const { served, storage } = customKinds(toys(...versions('v2', 'v1')));
    assert.deepEqual(
      served.map(({ apiVersion }) => apiVersion),
      ['example.com/v2', 'example.com/v1'],
    );
    assert.equal(storage, served[0]);
  });

  it('include the stored version apart when it is not served', () => {
    const [stored, other] = versions('v1', 'v2');
    const { served, storage } = customKinds(toys({ ...stored, served: false } as never, other as never));
    assert.deepEqual([served.map(({ version }) => version), storage.version], [['v2'], 'v1']);
  });

  it('have the names that were accepted', () => {
    const { storage } = customKinds(toys(...versions('v1')), {
      ...{
        plural: 'toys',
        singular: 'toy',
        kind: 'Toy',
        listKind: 'Toys',
        shortNames: ['t'],
        categories: ['all'],
      },
    });
    assert.deepEqual(
      [storage.plural, storage.singular, storage.listKind, storage.shortNames, storage.categories],
      ['toys', 'toy', 'Toys', ['t'], ['all']],
    );
  });

  it('are of the whole cluster when the definition says so', () => {
    const definition = toys(...versions('v1'));
    definition.spec.scope = 'Cluster';
    assert.equal(customKinds(definition).storage.namespaced, false);
  });

  it('have the subresources that the version has, with their paths', () => {
    const scale = {
      ...{ specReplicasPath: '.spec.n', statusReplicasPath: '.status.n', labelSelectorPath: '.status.s' },
    };
    const { served } = customKinds(
      toys(
        toyVersion(anything, { subresources: { scale } }),
        toyVersion(anything, { name: 'v2', storage: false }),
        toyVersion(anything, { name: 'v3', storage: false, subresources: undefined }),
      ),
    );
    assert.deepEqual(
      served.map(({ subresources }) => subresources),
      [
        { scale: { specReplicas: '.spec.n', statusReplicas: '.status.n', labelSelector: '.status.s' } },
        { status: true },
        {},
      ],
    );
  });

  it('have no validation of their own without restrictions of metadata', () => {
    assert.equal(customKinds(toys(...versions('v1'))).storage.validate, undefined);
  });

  it('read every object in their version, and one that is right as it is', () => {
    const [v1, v2] = customKinds(toys(...versions('v1', 'v2'))).served;
    const stored = { apiVersion: 'example.com/v1', kind: 'Toy', metadata: { name: 'a' }, spec: { x: 1 } };
    const object = stored as unknown as AnyObject;
    assert.equal(v1?.stored?.from(object), object);
    assert.deepEqual(v2?.stored?.from(object), { ...stored, apiVersion: 'example.com/v2' });
    assert.equal(v2?.stored?.from(object), v2?.stored?.from(object), 'converted anew');
  });

  it('say that a version is deprecated, in the words of the definition', () => {
    const old = toyVersion(anything, { deprecated: true, deprecationWarning: 'use toys no more' });
    assert.equal(customKinds(toys(old)).storage.deprecation, 'use toys no more');
    const plain = toyVersion(anything, { deprecated: true });
    assert.equal(customKinds(toys(plain)).storage.deprecation, 'example.com/v1 Toy is deprecated');
  });

  it('take every field where there is no schema', () => {
    const bare = definitionOf(
      'example.com',
      { plural: 'toys', kind: 'Toy' },
      { name: 'v1', served: true, storage: true },
    );
    const { schema } = customKinds(bare).storage;
    assert.equal(typeof schema === 'object' && schema['x-kubernetes-preserve-unknown-fields'], true);
  });

  it('cannot be had of a definition without a stored version', () => {
    assert.throws(() => customKinds(toys(toyVersion(anything, { storage: false }))), /names no version/);
  });
});
