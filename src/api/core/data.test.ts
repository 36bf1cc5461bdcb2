// The rules of ConfigMaps, Secrets, Namespaces, Nodes, Events and Endpoints, each with a change that breaks it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { created, ruleTable, set, updateTable } from '../../../tests/support/rule-table.ts';
import type { V1ConfigMap, V1Secret } from '../generated/types.ts';
import { configMap } from './config-map.ts';
import { endpoints } from './endpoints.ts';
import { event } from './event.ts';
import { namespace } from './namespace.ts';
import { node } from './node.ts';
import { secret } from './secret.ts';

const metadata = { name: 'a', namespace: 'default', uid: '', resourceVersion: '', creationTimestamp: '' };
const key =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const immutable = 'Forbidden: field is immutable when `immutable` is set';

const map: V1ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'a.txt': 'x' } };
ruleTable(configMap, map, [
  [
    'keys are file names',
    (o) => {
      o.data = { 'a/b': '' };
    },
    'data[a/b]',
    'Invalid',
    `Invalid value: "a/b": ${key}`,
  ],
  [
    'keys do not climb',
    (o) => {
      o.data = { '..': '' };
    },
    'data[..]',
    'Invalid',
    `Invalid value: "..": must not be '..'`,
  ],
  [
    'keys are not in both',
    (o) => {
      o.binaryData = { 'a.txt': 'eA==' };
    },
    'data[a.txt]',
    'Invalid',
    'Invalid value: "a.txt": duplicate of key present in binaryData',
  ],
  [
    'a map is a mebibyte at most',
    (o) => {
      o.data = { a: 'ü'.repeat(524_289) };
    },
    '',
    'TooLong',
    'Too long: may not be more than 1048576 bytes',
  ],
]);
updateTable(configMap, { ...map, immutable: true }, [
  [
    'immutable data stay',
    (o) => {
      o.data = { 'a.txt': 'y' };
    },
    'data',
    'Forbidden',
    immutable,
  ],
  [
    'immutable stays',
    (o) => {
      o.immutable = false;
    },
    'immutable',
    'Forbidden',
    immutable,
  ],
]);

const plain: V1Secret = { apiVersion: 'v1', kind: 'Secret', metadata, data: { a: 'eA==' } };
ruleTable(secret, plain, [
  [
    'a TLS secret has a key',
    (o) => {
      o.type = 'kubernetes.io/tls';
      o.data = { 'tls.crt': 'eA==' };
    },
    'data[tls.key]',
    'Required',
    'Required value',
  ],
  [
    'a registry login is JSON',
    (o) => {
      o.type = 'kubernetes.io/dockerconfigjson';
      o.data = { '.dockerconfigjson': 'eA==' };
    },
    'data[.dockerconfigjson]',
    'Invalid',
    'Invalid value: "<secret contents redacted>": must be valid JSON',
  ],
  [
    'a token names its account',
    (o) => {
      o.type = 'kubernetes.io/service-account-token';
    },
    'metadata.annotations[kubernetes.io/service-account.name]',
    'Required',
    'Required value',
  ],
]);
updateTable(secret, plain, [
  ['the type stays', set('type', 'other'), 'type', 'Invalid', 'Invalid value: "other": field is immutable'],
]);

ruleTable(
  node,
  { apiVersion: 'v1', kind: 'Node', metadata, spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } },
  [
    [
      'effects are known',
      set('spec.taints[0].effect', 'X'),
      'spec.taints[0].effect',
      'NotSupported',
      'Unsupported value: "X": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
    [
      'taints are unique',
      (o) => o.spec.taints?.push({ key: 'a', effect: 'NoSchedule' }),
      'spec.taints[1]',
      'Duplicate',
      'Duplicate value: taints must be unique by key and effect pair',
    ],
  ],
);

ruleTable(event, { apiVersion: 'v1', kind: 'Event', metadata, involvedObject: { namespace: 'default' } }, [
  [
    'an event lives with its object',
    set('involvedObject.namespace', 'other'),
    'involvedObject.namespace',
    'Invalid',
    'Invalid value: "other": does not match event.namespace',
  ],
]);

ruleTable(
  endpoints,
  {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata,
    subsets: [{ addresses: [{ ip: '127.0.0.9' }], ports: [{ port: 80 }] }],
  },
  [
    [
      'a subset has addresses',
      set('subsets[0].addresses', []),
      'subsets[0]',
      'Required',
      'Required value: must specify `addresses` or `notReadyAddresses`',
    ],
    [
      'addresses are addresses',
      set('subsets[0].addresses[0].ip', 'x'),
      'subsets[0].addresses[0].ip',
      'Invalid',
      'Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
  ],
);

describe('defaults', () => {
  it('turn stringData into data', () => {
    const object = created(secret, { ...plain, stringData: { a: 'ü', b: '' } });
    assert.deepEqual(object.data, { a: 'w7w=', b: '' });
    assert.equal(object.type, 'Opaque');
    assert.equal(object.stringData, undefined);
  });

  it('label a Namespace with its name', () => {
    const object = created(namespace, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { ...metadata, namespace: undefined },
      spec: {},
    });
    assert.deepEqual(object.metadata.labels, { 'kubernetes.io/metadata.name': 'a' });
    assert.deepEqual(object.spec, { finalizers: ['kubernetes'] });
  });
});
