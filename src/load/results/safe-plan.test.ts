import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOfUrl } from '../plan/url-plan.ts';
import { safePlan } from './safe-plan.ts';

const secret = 'hunter22';

test('a plan that is kept has no secrets, and all else', () => {
  const plain = planOfUrl({
    ...{ url: `http://bob:${secret}@127.0.0.1/?token=${secret}&page=2`, method: 'POST', keepAlive: true },
    headers: [
      { name: 'Authorization', value: `Basic ${secret}` },
      { name: 'Cookie', value: `sid=${secret}` },
      { name: 'Accept', value: 'text/html' },
    ],
    ...{ body: `{"password": "${secret}", "user": "bob"}`, cookies: true, thresholds: ['p99<1s'] },
  });
  const plan = {
    ...plain,
    variables: [
      { name: 'password', value: secret },
      { name: 'city', value: 'Cádiz' },
    ],
    properties: { 'db.password': secret, url: `http://x:${secret}@127.0.0.1` },
    cookieJars: [
      {
        ...{ id: 'jar', clearEachIteration: false },
        cookies: [{ name: 'sid', value: secret, domain: 'a', path: '/', secure: false }],
      },
    ],
    groups: plain.groups.map((group) => ({
      ...group,
      steps: group.steps.map((step) =>
        step.type === 'http'
          ? {
              ...step,
              request: {
                ...step.request,
                arguments: [
                  { name: 'password', value: secret, encode: true, withEquals: true },
                  { name: 'pwd', value: '${password}', encode: true, withEquals: true },
                ],
                authorizations: [
                  { url: '', user: 'bob', password: secret, realm: '', mechanism: 'basic' as const },
                ],
              },
            }
          : step,
      ),
    })),
  };
  const text = JSON.stringify(safePlan(plan));
  assert.ok(!text.includes(secret), text);
  for (const kept of ['text/html', 'Cádiz', 'page=2', '${password}', 'p99<1s', '"user":"bob"'])
    assert.ok(text.includes(kept), kept);
});
