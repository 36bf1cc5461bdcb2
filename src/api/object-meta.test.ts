// The rules of metadata and names, each with a change that breaks it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ruleTable, set, updateTable } from '../../tests/support/rule-table.ts';
import { configMap } from './core/config-map.ts';
import { service } from './core/service.ts';
import type { V1ConfigMap } from './generated/types.ts';
import type { Kind } from './kind.ts';
import { byteLength, validateMeta, validateMetaUpdate } from './object-meta.ts';

/** A kind whose only rules are those of its metadata. */
function metaOnly<T>(kind: Kind<T>): Kind<T> {
  return {
    ...kind,
    validate: (object) => validateMeta(kind as unknown as Kind, object as never),
    validateUpdate: (object, old) =>
      validateMetaUpdate(kind as unknown as Kind, object as never, old as never),
  };
}

const valid: V1ConfigMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'a.b',
    namespace: 'default',
    uid: 'u',
    resourceVersion: '',
    creationTimestamp: 't',
    finalizers: ['a.com/b'],
  },
};
const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u', controller: true };
const label1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

ruleTable(metaOnly(configMap), valid, [
  [
    'names are short',
    set('metadata.name', 'a'.repeat(254)),
    'metadata.name',
    'Invalid',
    `Invalid value: "${'a'.repeat(254)}": must be no more than 253 characters`,
  ],
  [
    'namespaces are labels',
    set('metadata.namespace', 'a.b'),
    'metadata.namespace',
    'Invalid',
    'Invalid value: "a.b": must not contain dots',
  ],
  ['a namespace is given', set('metadata.namespace', ''), 'metadata.namespace', 'Required', 'Required value'],
  [
    'label keys have a name',
    set('metadata.labels', { 'a/': '' }),
    'metadata.labels',
    'Invalid',
    'Invalid value: "a/": name part must be non-empty',
  ],
  [
    'label values are short',
    set('metadata.labels', { a: 'b'.repeat(64) }),
    'metadata.labels',
    'Invalid',
    `Invalid value: "${'b'.repeat(64)}": must be no more than 63 characters`,
  ],
  [
    'annotations are not too big',
    set('metadata.annotations', { a: 'b'.repeat(262_144) }),
    'metadata.annotations',
    'TooLong',
    'Too long: may not be more than 262144 bytes',
  ],
  [
    'finalizers have a domain',
    set('metadata.finalizers', ['mine']),
    'metadata.finalizers[0]',
    'Invalid',
    'Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
  ],
  [
    'owners have a uid',
    set('metadata.ownerReferences', [{ ...owner, uid: '' }]),
    'metadata.ownerReferences[0].uid',
    'Invalid',
    'Invalid value: "": must not be empty',
  ],
  [
    'one owner controls',
    set('metadata.ownerReferences', [owner, { ...owner, kind: 'ReplicaSet' }]),
    'metadata.ownerReferences',
    'Invalid',
    `Invalid value: ${JSON.stringify([owner, { ...owner, kind: 'ReplicaSet' }])}: Only one reference can have Controller set to true. Found "true" in references for Pod/p and ReplicaSet/p`,
  ],
]);

ruleTable(
  metaOnly(service),
  { ...valid, kind: 'Service', metadata: { ...valid.metadata, name: 'a' }, spec: {} },
  [
    [
      'a Service starts with a letter',
      set('metadata.name', '1a'),
      'metadata.name',
      'Invalid',
      `Invalid value: "1a": ${label1035}`,
    ],
    [
      'so does its generated name',
      set('metadata.generateName', '1-'),
      'metadata.generateName',
      'Invalid',
      `Invalid value: "1-": ${label1035}`,
    ],
  ],
);

updateTable(metaOnly(configMap), { ...valid, metadata: { ...valid.metadata, deletionTimestamp: 't' } }, [
  [
    'the name stays',
    set('metadata.name', 'b'),
    'metadata.name',
    'Invalid',
    'Invalid value: "b": field is immutable',
  ],
  [
    'no finalizer comes late',
    set('metadata.finalizers', ['a.com/b', 'a.com/c']),
    'metadata.finalizers',
    'Forbidden',
    'Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.com/c"}',
  ],
]);

describe('byteLength', () => {
  it('is the length in UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(byteLength(text), new TextEncoder().encode(text).length);
      }),
    );
  });
});
