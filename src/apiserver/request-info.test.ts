import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusError } from '../api/status.ts';
import { requestInfo } from './request-info.ts';

const info = (method: string, target: string) => {
  const [path = '', query = ''] = target.split('?');
  return requestInfo(method, path, new URLSearchParams(query));
};

const rules: [method: string, target: string, expected: object][] = [
  ['GET', '/api/v1/pods', { verb: 'list', resource: 'pods', namespace: '', version: 'v1', group: '' }],
  ['GET', '/api/v1/pods?watch=true', { verb: 'watch', resource: 'pods' }],
  ['GET', '/api/v1/pods?watch', { verb: 'watch' }],
  ['GET', '/api/v1/pods?watch=0', { verb: 'list' }],
  ['GET', '/api/v1/namespaces/a/pods/b', { verb: 'get', namespace: 'a', name: 'b', resource: 'pods' }],
  ['HEAD', '/api/v1/namespaces/a/pods/b', { verb: 'get' }],
  ['GET', '/api/v1/namespaces/a/pods/b/log', { verb: 'get', subresource: 'log' }],
  ['GET', '/api/v1/namespaces', { verb: 'list', resource: 'namespaces', namespace: '' }],
  ['GET', '/api/v1/namespaces/a', { verb: 'get', resource: 'namespaces', namespace: 'a', name: 'a' }],
  [
    'PUT',
    '/api/v1/namespaces/a/finalize',
    { verb: 'update', resource: 'namespaces', subresource: 'finalize' },
  ],
  ['GET', '/api/v1/namespaces/a/status', { resource: 'namespaces', subresource: 'status', name: 'a' }],
  [
    'POST',
    '/apis/apps/v1/namespaces/a/deployments',
    { verb: 'create', group: 'apps', resource: 'deployments' },
  ],
  ['DELETE', '/apis/apps/v1/namespaces/a/deployments', { verb: 'deletecollection' }],
  ['DELETE', '/apis/apps/v1/namespaces/a/deployments/b', { verb: 'delete' }],
  ['PATCH', '/apis/apps/v1/namespaces/a/deployments/b/scale', { verb: 'patch', subresource: 'scale' }],
  ['GET', '/apis/apps/v1', { isResource: false, verb: 'get' }],
  ['GET', '/healthz', { isResource: false, path: '/healthz' }],
  ['GET', '/api/v1/namespaces/a/pods/b%2Dc', { name: 'b-c' }],
];

for (const [method, target, expected] of rules) {
  test(`${method} ${target} is understood as RBAC names it`, () => {
    const found = info(method, target);
    for (const [field, value] of Object.entries(expected)) {
      assert.equal(found[field as keyof typeof found], value, field);
    }
  });
}

const tricks = [
  '/api/v1/namespaces/a/pods/..',
  '/api/v1/namespaces/../secrets',
  '/api/v1/namespaces/%2e%2e/secrets',
  '/api/v1/namespaces/a%2Fsecrets/pods',
  '/api/v1//namespaces/a/pods',
  '/api/v1/namespaces/a/pods/b%00c',
  '/api/v1/namespaces/a/pods/%',
  '/api/v1/namespaces/a/pods/%25',
  '/api/v1/namespaces/./pods',
  'api/v1/pods',
];

for (const path of tricks) {
  test(`the path ${path} is refused before anything is looked up`, () => {
    assert.throws(
      () => info('GET', path),
      (error) => error instanceof StatusError && error.code === 400,
    );
  });
}
