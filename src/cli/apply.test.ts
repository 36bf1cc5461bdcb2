import assert from 'node:assert/strict';
import { test } from 'node:test';
import { badRequest, notFoundError, type StatusError } from '../api/status.ts';
import { Client } from '../client/client.ts';
import type { Transport, TransportRequest } from '../client/transport.ts';
import { type Applied, applyManifests } from './apply.ts';
import { parseManifests } from './manifests.ts';

const kindLists: Record<string, object[]> = {
  '/api/v1': [
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
    { name: 'namespaces', kind: 'Namespace', namespaced: false },
  ],
  '/apis/apiextensions.k8s.io/v1': [
    { name: 'customresourcedefinitions', kind: 'CustomResourceDefinition', namespaced: false },
  ],
  '/apis/shop.dev/v1': [{ name: 'orders', kind: 'Order', namespaced: true }],
};

/** Answers discovery, remembers what is applied, and refuses what `refuse` says. */
class AppliedTo implements Transport {
  readonly applied: TransportRequest[] = [];
  refuse: (request: TransportRequest) => StatusError | undefined = () => undefined;

  async request(request: TransportRequest) {
    const error = this.refuse(request);
    if (error) return { status: error.code, headers: {}, body: error.status };
    if (request.method === 'PATCH') this.applied.push(request);
    return { status: 200, headers: {}, body: { resources: kindLists[request.path] ?? [] } };
  }

  async watch(): Promise<never> {
    throw new Error('nothing is watched');
  }

  async close(): Promise<void> {}

  get paths(): string[] {
    return this.applied.map(({ path }) => path);
  }
}

const object = (kind: string, name: string, rest = '') =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}${rest} }\n---\n`;
const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: orders.shop.dev }
spec: { group: shop.dev, names: { kind: Order, plural: orders } }
---
`;
const order = 'apiVersion: shop.dev/v1\nkind: Order\nmetadata: { name: one }\n---\n';

async function apply(api: AppliedTo, text: string): Promise<Applied[]> {
  const told: Applied[] = [];
  const manifests = parseManifests(text, 'f.yml');
  const results = await applyManifests(new Client(api), manifests, (applied) => told.push(applied));
  assert.deepEqual(told, results);
  return results;
}

test('objects are applied by force and strictly, without a namespace into default', async () => {
  const api = new AppliedTo();
  const results = await apply(api, object('ConfigMap', 'a') + object('ConfigMap', 'b', ', namespace: shop'));
  assert.deepEqual(api.paths, [
    '/api/v1/namespaces/default/configmaps/a',
    '/api/v1/namespaces/shop/configmaps/b',
  ]);
  const { query, contentType } = api.applied[0] ?? {};
  assert.equal(contentType, 'application/apply-patch+yaml');
  assert.deepEqual([query?.force, query?.fieldValidation], ['true', 'Strict']);
  assert.deepEqual(results, [
    { source: 'f.yml:1', name: 'ConfigMap/a' },
    { source: 'f.yml:5', name: 'ConfigMap/b' },
  ]);
});

test('definitions of kinds and namespaces come before what needs them', async () => {
  const api = new AppliedTo();
  await apply(api, order + object('ConfigMap', 'a') + object('Namespace', 'shop') + definition);
  assert.deepEqual(
    api.paths.map((path) => path.split('/').at(-2)),
    ['customresourcedefinitions', 'namespaces', 'orders', 'configmaps'],
  );
});

test('a kind whose definition is among the manifests is waited for', async () => {
  const api = new AppliedTo();
  let asked = 0;
  api.refuse = ({ path }) => {
    const missing = path === '/apis/shop.dev/v1' && ++asked < 3;
    return missing ? notFoundError({ group: '', resource: 'x' }, 'y') : undefined;
  };
  const results = await apply(api, order + definition);
  assert.ok(results.every(({ error }) => error === undefined));
  assert.equal(asked, 3);
});

test('what is refused is told, and the rest is applied all the same', async () => {
  const api = new AppliedTo();
  api.refuse = ({ path }) => (path.endsWith('/bad') ? badRequest('no such\n  field') : undefined);
  const results = await apply(
    api,
    object('ConfigMap', 'bad') + object('Frob', 'x') + object('ConfigMap', 'good'),
  );
  assert.deepEqual(
    results.map(({ error }) => error),
    [
      'no such field',
      'the API serves no kind Frob in v1; "relevo kubectl api-resources" lists what it serves',
      undefined,
    ],
  );
});
