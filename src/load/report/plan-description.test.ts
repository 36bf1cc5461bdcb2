import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlan } from '../plan/yaml/read-plan.ts';
import { planDescription } from './plan-description.ts';

const described = (text: string, properties = {}) =>
  planDescription(readPlan(text, 'plan.yaml', properties), 'en');

test('users and requests are told with the values that are known', () => {
  const text = `
defaults: { url: "\${__P(url,http://127.0.0.1:8080)}" }
variables: { crowd: "7" }
groups:
  - name: visitors
    users: \${crowd}
    rampUp: 20s
    duration: 1m
    steps:
      - get: /
      - loop: 3
        steps: [{ post: "/orders/\${id}", name: Order }]
thresholds: ["p99<1s"]
`;
  assert.deepEqual(described(text, { url: 'http://shop:81' }), [
    'Group "visitors": 7 users, all started within 20 s, each does it again and again, for 1 min',
    '  2 requests:',
    '    GET /: GET http://shop:81/',
    '    Order: POST http://shop:81/orders/${id}',
    'Thresholds: p99<1s',
  ]);
});

test('rates, ramps, schedules and files are told', () => {
  const steps = 'steps: [{ get: http://h/ }]';
  const text = `
data: [{ file: users.csv }]
groups:
  - { name: a, stages: [{ rate: 5/s, for: 10s }, { rate: 5/s, to: 60/m, for: 500ms }], arrivals: poisson, ${steps} }
  - { name: b, kind: tearDown, users: 1, throughput: 120/m, delay: 2s, ${steps} }
`;
  const lines = described(text);
  assert.equal(
    lines[0],
    'Group "a": 5/s for 10 s, from 5/s to 1/s in 500 ms, at most 1,000 at once, more are dropped, at times by chance, as independent users come',
  );
  assert.match(
    lines[3] ?? '',
    /^At the end "b": 1 user, each does it once, after a delay of 2 s, together at most 2\/s/,
  );
  assert.match(lines.at(-2) ?? '', /^Data from users\.csv$/);
  assert.match(lines.at(-1) ?? '', /^No thresholds/);
});
