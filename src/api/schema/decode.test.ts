import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyObject } from './definitions.ts';
import { decodeProblem } from './structural.ts';

const deployment = 'io.k8s.api.apps.v1.Deployment';
const pod = 'io.k8s.api.core.v1.Pod';

const wrong: [name: string, kind: string, value: unknown, problem: string][] = [
  [
    'text for a number',
    deployment,
    { spec: { replicas: 'three' } },
    'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    'a number for text, deep down',
    deployment,
    { spec: { template: { spec: { containers: [{ env: [{ value: 1 }] }] } } } },
    'json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
  ],
  [
    'a fraction',
    deployment,
    { spec: { replicas: 1.5 } },
    'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    'a number that is too large',
    deployment,
    { spec: { replicas: 3_000_000_000 } },
    'json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    'an object for a list',
    pod,
    { spec: { containers: {} } },
    'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
  ],
  [
    'a list for an object',
    pod,
    { spec: [] },
    'json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec',
  ],
  [
    'a number as label',
    pod,
    { metadata: { labels: { a: 1 } } },
    'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
  ],
  [
    'text for a boolean',
    pod,
    { spec: { hostNetwork: 'yes' } },
    'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
  ],
  ['something else than an object', pod, 'pod', 'json: cannot unmarshal string into Go value of type v1.Pod'],
  [
    'a quantity that is none',
    pod,
    { spec: { containers: [{ resources: { limits: { cpu: 'lots' } } }] } },
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
  [
    'a boolean as port',
    'io.k8s.api.core.v1.Service',
    { spec: { ports: [{ targetPort: true }] } },
    'json: cannot unmarshal bool into Go value of type int32',
  ],
  [
    'a secret that is not base64',
    'io.k8s.api.core.v1.Secret',
    { data: { a: 'ab!d' } },
    'illegal base64 data at input byte 2',
  ],
  [
    'a time that is none',
    pod,
    { metadata: { creationTimestamp: 'yesterday' } },
    'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse it',
  ],
];

for (const [name, kind, value, problem] of wrong) {
  test(`${name} is refused in the words of Go's decoder`, () => {
    assert.equal(decodeProblem(kind, value), problem);
  });
}

test('null fields are dropped, nulls in lists and maps become zero values', () => {
  const value = {
    metadata: { creationTimestamp: null, labels: { a: null } },
    spec: { nodeName: null, containers: [null, { args: [null, 'x'] }] },
  };
  assert.equal(decodeProblem(pod, value), undefined);
  assert.deepEqual(value, {
    metadata: { labels: { a: '' } },
    spec: { containers: [{}, { args: ['', 'x'] }] },
  });
});

test('quantities and times are put into the form in which they are stored', () => {
  const resources = { limits: { cpu: 0.5, memory: '1024Mi' } };
  const value = {
    metadata: { creationTimestamp: '2024-05-01T12:00:00.5+02:00' },
    spec: { containers: [{ resources }] },
  };
  assert.equal(decodeProblem(pod, value), undefined);
  assert.equal(value.metadata.creationTimestamp, '2024-05-01T10:00:00Z');
  assert.deepEqual(resources.limits, { cpu: '500m', memory: '1Gi' });
  const lease = { spec: { renewTime: '2024-05-01T12:00:00.5Z' } };
  assert.equal(decodeProblem('io.k8s.api.coordination.v1.Lease', lease), undefined);
  assert.equal(lease.spec.renewTime, '2024-05-01T12:00:00.500000Z');
});

test('a schema that may be a schema or a boolean is decoded as what it is', () => {
  const kind = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
  assert.equal(decodeProblem(kind, { additionalProperties: true, default: { any: [1, null] } }), undefined);
  assert.match(
    decodeProblem(kind, { additionalProperties: { type: 1 } }) ?? '',
    /JSONSchemaProps.*\.type of type string/,
  );
});

test('of a custom resource, only what every object has is decoded', () => {
  const value = { metadata: { creationTimestamp: null }, spec: { replicas: 'x', gone: null } };
  assert.equal(decodeProblem(anyObject, value), undefined);
  assert.deepEqual(value, { metadata: {}, spec: { replicas: 'x', gone: null } });
  assert.match(
    decodeProblem(anyObject, { metadata: { name: 1 } }) ?? '',
    /ObjectMeta\.metadata\.name of type string/,
  );
});

test('endless nesting is refused before the stack ends', () => {
  let value: Record<string, unknown> = {};
  for (let level = 0; level < 100_000; level++) value = { not: value };
  const kind = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
  assert.equal(decodeProblem(kind, value), 'json: exceeded max depth');
});
