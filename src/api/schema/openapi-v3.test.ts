import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declareKind, type Kind } from '../kind.ts';
import { resourceSchema } from './crd-schema.ts';
import { buildOpenApi } from './openapi-v3.ts';

const pod = declareKind({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Pod',
  subresources: { status: true },
});
const deployment = declareKind({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.Deployment',
  subresources: {
    status: true,
    scale: { specReplicas: '.spec.replicas', statusReplicas: '.status.replicas' },
  },
});
const review = declareKind({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  namespaced: false,
  schema: 'io.k8s.api.authentication.v1.TokenReview',
  verbs: ['create'],
});
const policy = declareKind({
  group: 'relevo.dev',
  version: 'v1alpha1',
  kind: 'BackendPolicy',
  plural: 'backendpolicies',
  namespaced: true,
  schema: resourceSchema({
    type: 'object',
    description: 'How a service is balanced.',
    properties: { spec: { type: 'object', properties: { balance: { type: 'string' } } } },
  }),
});

// biome-ignore lint/suspicious/noExplicitAny: a document is walked by path
async function document(kinds: Kind[], path: string): Promise<any> {
  return (await buildOpenApi(kinds)).byPath.get(path);
}

test('the index has a document for each group and version, with a hash that follows its content', async () => {
  const one = await buildOpenApi([pod, deployment]);
  const two = await buildOpenApi([deployment, pod, policy]);
  assert.deepEqual(Object.keys(two.index.paths), ['api/v1', 'apis/apps/v1', 'apis/relevo.dev/v1alpha1']);
  assert.match(
    one.index.paths['api/v1']?.serverRelativeURL ?? '',
    /^\/openapi\/v3\/api\/v1\?hash=[0-9A-F]{64}$/,
  );
  assert.deepEqual(one.index.paths['api/v1'], two.index.paths['api/v1']);
  const fewer = await buildOpenApi([{ ...pod, subresources: {} }]);
  assert.notDeepEqual(fewer.index.paths['api/v1'], one.index.paths['api/v1']);
});

test('every reference in a document is answered in the same document', async () => {
  for (const path of [
    'api/v1',
    'apis/apps/v1',
    'apis/relevo.dev/v1alpha1',
    'apis/authentication.k8s.io/v1',
  ]) {
    const text = JSON.stringify(await document([pod, deployment, policy, review], path));
    const schemas = JSON.parse(text).components.schemas;
    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      assert.ok(schemas[name], `${path}: ${name}`);
    }
  }
});

test('a patch operation names the kind and takes fieldValidation and dryRun, as kubectl looks for them', async () => {
  const { paths } = await document([deployment], 'apis/apps/v1');
  const { patch } = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'];
  assert.deepEqual(patch['x-kubernetes-group-version-kind'], {
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
  });
  assert.equal(patch['x-kubernetes-action'], 'patch');
  const names = patch.parameters.map((parameter: { name: string }) => parameter.name);
  assert.deepEqual(names, ['dryRun', 'fieldManager', 'fieldValidation', 'force']);
});

test('paths, methods and actions are those of the verbs and subresources of a kind', async () => {
  const { paths } = await document([deployment], 'apis/apps/v1');
  const shown = Object.entries(paths).map(([path, item]) => {
    const operations = Object.entries(item as object).filter(([name]) => name !== 'parameters');
    return `${path}: ${operations.map(([method, { 'x-kubernetes-action': action }]) => `${method}=${action}`).join(' ')}`;
  });
  const base = '/apis/apps/v1/namespaces/{namespace}/deployments';
  assert.deepEqual(shown, [
    `${base}: get=list post=post delete=deletecollection`,
    `${base}/{name}: get=get put=put patch=patch delete=delete`,
    '/apis/apps/v1/deployments: get=list',
    `${base}/{name}/status: get=get put=put patch=patch`,
    `${base}/{name}/scale: get=get put=put patch=patch`,
  ]);
  assert.equal(paths[`${base}/{name}/scale`].get['x-kubernetes-group-version-kind'].kind, 'Scale');
  const ids = JSON.stringify(paths).match(/"operationId":"[^"]+"/g) ?? [];
  assert.equal(new Set(ids).size, ids.length);
});

test('a kind that can only be created has only that operation', async () => {
  const { paths } = await document([review], 'apis/authentication.k8s.io/v1');
  assert.deepEqual(Object.keys(paths), ['/apis/authentication.k8s.io/v1/tokenreviews']);
  assert.deepEqual(Object.keys(paths['/apis/authentication.k8s.io/v1/tokenreviews']), ['parameters', 'post']);
});

test('schemas are described, and references with a text of their own stand in allOf', async () => {
  const { components } = await document([pod], 'api/v1');
  const spec = components.schemas['io.k8s.api.core.v1.PodSpec'];
  assert.equal(spec.description, 'PodSpec is a description of a pod.');
  assert.deepEqual(spec.properties.affinity, {
    description: "The pod's scheduling constraints.",
    allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Affinity' }],
  });
  assert.equal(spec.properties.containers['x-kubernetes-patch-merge-key'], 'name');
  assert.deepEqual(spec.properties.containers.items, {
    $ref: '#/components/schemas/io.k8s.api.core.v1.Container',
  });
  const quantity = components.schemas['io.k8s.apimachinery.pkg.api.resource.Quantity'];
  assert.deepEqual(quantity.oneOf, [{ type: 'string' }, { type: 'number' }]);
});

test('a custom resource is published with what every object has, under the reversed name of its group', async () => {
  const { components, paths } = await document([policy], 'apis/relevo.dev/v1alpha1');
  const schema = components.schemas['dev.relevo.v1alpha1.BackendPolicy'];
  assert.equal(schema.description, 'How a service is balanced.');
  assert.deepEqual(Object.keys(schema.properties).sort(), ['apiVersion', 'kind', 'metadata', 'spec']);
  assert.deepEqual(schema['x-kubernetes-group-version-kind'], [
    { group: 'relevo.dev', version: 'v1alpha1', kind: 'BackendPolicy' },
  ]);
  assert.ok(components.schemas['dev.relevo.v1alpha1.BackendPolicyList']);
  assert.ok(paths['/apis/relevo.dev/v1alpha1/namespaces/{namespace}/backendpolicies/{name}'].patch);
});
