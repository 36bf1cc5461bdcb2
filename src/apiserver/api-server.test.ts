import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiWorld } from '../../tests/support/api-world.ts';
import type { RequestAttributes } from './auth/authorizer.ts';
import { controlPlaneUser } from './auth/user.ts';

test('who may is asked with the field selector of lists, watches and deletions of many', async () => {
  const asked: RequestAttributes[] = [];
  const gate = {
    authenticate: async () => controlPlaneUser,
    authorize(_: unknown, attributes: RequestAttributes) {
      asked.push(attributes);
      return { allowed: true, reason: '' };
    },
  };
  const world = new ApiWorld({ gate });
  const selector = 'fieldSelector=spec.nodeName%3Dn1';
  await world.ask('GET', `/api/v1/pods?${selector}`);
  await world.ask('DELETE', `/api/v1/namespaces/a/pods?${selector}`);
  await world.ask('GET', `/api/v1/namespaces/a/pods/p?${selector}`);
  await world.ask('GET', '/api/v1/pods');
  const expected = ['spec.nodeName=n1', 'spec.nodeName=n1', undefined, undefined];
  assert.deepEqual(
    asked.map(({ fieldSelector }) => fieldSelector),
    expected,
  );
});
