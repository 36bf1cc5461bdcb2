import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileFaults } from '../../../api/schema/file-faults.ts';
import type { HttpStep } from '../http-step.ts';
import type { Plan, Step } from '../plan.ts';
import { PlanError } from '../plan-error.ts';
import { readPlan } from './read-plan.ts';

const read = (text: string) => readPlan(text, '/plans/shop.yaml');

function firstRequest({ groups }: Plan): HttpStep {
  return groups[0]?.steps.find(({ type }) => type === 'http') as HttpStep;
}

function faultsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof FileFaults, String(error));
    return error.faults;
  }
  return [];
}

test('a short plan is a whole one', () => {
  const plan = read('groups:\n  - name: visitors\n    steps:\n      - get: http://127.0.0.1/\n');
  assert.deepEqual([plan.name, plan.folder], ['shop', '/plans']);
  assert.deepEqual(plan.groups[0]?.load, {
    ...{ model: 'closed', users: '1', rampUpMs: '0', delayMs: '0', loops: '1' },
  });
  const { name, at, request } = firstRequest(plan);
  assert.deepEqual([name, at], ['GET http://127.0.0.1/', '/plans/shop.yaml:4']);
  assert.deepEqual([request.method, request.path, request.keepAlive], ['GET', 'http://127.0.0.1/', true]);
  assert.deepEqual(
    [request.cookieJar, request.cache, request.redirects],
    ['cookies', undefined, 'sub-samples'],
  );
});

test('defaults are in force for requests that say nothing else', () => {
  const plan = read(`
defaults:
  url: http://127.0.0.1:8080/shop/
  headers: { Accept: text/html, X-Team: a }
  timeouts: { connect: 1s, response: 5s }
  redirects: silently
groups:
  - name: g
    think: 200ms
    steps:
      - post: /login?next=1
        headers: { x-team: b }
        timeouts: { response: 2s }
        form: { user: ana, password: "\${password}" }
        think: 1s
`);
  const { request, timers } = firstRequest(plan);
  assert.equal(request.path, 'http://127.0.0.1:8080/shop/login?next=1');
  assert.deepEqual(request.headers, [
    { name: 'Accept', value: 'text/html' },
    { name: 'x-team', value: 'b' },
  ]);
  assert.deepEqual([request.connectMs, request.responseMs, request.redirects], ['1000', '2000', 'silently']);
  assert.deepEqual(
    request.arguments.map(({ name, value }) => [name, value]),
    [
      ['user', 'ana'],
      ['password', '${password}'],
    ],
  );
  assert.deepEqual(timers, [
    { type: 'constant', delayMs: '200' },
    { type: 'constant', delayMs: '1000' },
  ]);
});

test('rates and stages are the open model', () => {
  const plan = read(`
groups:
  - { name: even, rate: 3000/m, duration: 1m, steps: [{ get: http://a/ }] }
  - name: spike
    arrivals: poisson
    maxUsers: 50
    stages: [{ rate: 10/s, for: 5s }, { rate: 10/s, to: 100/s, for: 500ms }]
    steps: [{ get: http://a/ }]
`);
  assert.deepEqual(plan.groups[0]?.load, {
    ...{ model: 'open', arrivals: 'even', maxUsers: 1_000 },
    stages: [{ fromRate: 50, toRate: 50, durationMs: 60_000 }],
  });
  assert.deepEqual(plan.groups[1]?.load, {
    ...{ model: 'open', arrivals: 'poisson', maxUsers: 50 },
    stages: [
      { fromRate: 10, toRate: 10, durationMs: 5_000 },
      { fromRate: 10, toRate: 100, durationMs: 500 },
    ],
  });
});

test('every controller is there, with steps in it', () => {
  const inner = 'steps: [{ get: http://a/ }]';
  const plan = read(`
groups:
  - name: g
    steps:
      - { loop: 3, ${inner} }
      - { loop: forever, ${inner} }
      - { if: "\${n} == 1", ${inner} }
      - { while: "", ${inner} }
      - { once: true, ${inner} }
      - { interleave: true, ${inner} }
      - { random: true, ${inner} }
      - { shuffle: true, ${inner} }
      - { switch: "\${which}", ${inner} }
      - { during: 5s, ${inner} }
      - { lock: till, ${inner} }
      - { share: 30%, ${inner} }
      - { times: 5, each: true, ${inner} }
      - { transaction: Buy, parent: true, ${inner} }
      - { forEach: item, as: one, ${inner} }
      - pause: 2s
      - stop: user
      - debug: true
`);
  const steps = plan.groups[0]?.steps ?? [];
  const types = ['loop', 'loop', 'if', 'while', 'once', 'interleave', 'random', 'random-order'];
  assert.deepEqual(
    steps.map(({ type }) => type),
    [
      ...types,
      'switch',
      'runtime',
      'critical-section',
      'throughput',
      'throughput',
      'transaction',
      'foreach',
      'pause',
      'stop',
      'debug',
    ],
  );
  const common = { name: '', steps: [] };
  assert.deepEqual(
    steps.slice(8, 11).map((step) => ({ ...step, name: '', steps: [] })),
    [
      { type: 'switch', value: '${which}', ...common },
      { type: 'runtime', ms: '5000', ...common },
      { type: 'critical-section', lock: 'till', ...common },
    ],
  );
  const inside = (step: Step | undefined) =>
    step && 'steps' in step ? step.steps.map(({ type }) => type) : [];
  for (const step of steps.slice(0, -3)) assert.deepEqual(inside(step), ['http'], step.type);
});

test('checks and extractions become assertions and extractors', () => {
  const { assertions, extractors, onFailure } = firstRequest(
    read(`
groups:
  - name: g
    steps:
      - get: http://a/
        onError: stop-user
        check: { status: [200, 3xx], contains: Welcome, lacks: Error, within: 2s, minBytes: 10, json: [{ path: $.ok, equals: "true" }] }
        extract:
          token: { regex: "token=(\\\\w+)", default: none }
          id: { json: $.id }
          title: { after: <title>, before: </title>, from: body }
`),
  );
  assert.deepEqual(
    assertions.map(({ type, name }) => `${type} ${name}`),
    [
      'status status',
      'response contains',
      'response lacks',
      'duration within',
      'size minBytes',
      'json json $.ok',
    ],
  );
  assert.deepEqual(onFailure, ['user']);
  assert.deepEqual(
    extractors.map(({ type, variable }) => `${type} ${variable}`),
    ['regex token', 'json id', 'boundary title'],
  );
});

test('a number is a text where a text stands, as it is written', () => {
  const plan = readPlan(
    `
variables: { &anchor one: &one 1, same: *one, two: 0x10 , three: -1.50 }
groups:
  - name: 7
    users: 3
    steps:
      - switch: 1
        steps:
          - lock: 08 # comment
            steps: [{ post: /a, form: { amount: 007, big: 12345678901234567890 } }]
          - { put: /b, json: { n: 5, steps: [{ get: 1 }] }, name: 2, check: { json: [{ path: $.n, equals: 1e3 }], contains:
              42 } }
`,
    'numbers.yaml',
  );
  const texts = plan.variables.map(({ value }) => value);
  assert.deepEqual(texts, ['1', '1', '0x10', '-1.50']);
  const [group] = plan.groups;
  const [branch] = group?.steps ?? [];
  assert.ok(group?.load.model === 'closed');
  assert.deepEqual([group.name, group.load.users], ['7', '3']);
  assert.ok(branch?.type === 'switch');
  const [section, put] = branch.steps;
  assert.ok(section?.type === 'critical-section' && put?.type === 'http');
  assert.deepEqual([branch.value, section.lock, put.name], ['1', '08', '2']);
  const [post] = section.steps;
  assert.ok(post?.type === 'http');
  assert.deepEqual(
    post.request.arguments.map(({ value }) => value),
    ['007', '12345678901234567890'],
  );
  assert.equal(put.request.body, '{"n":5,"steps":[{"get":1}]}');
  const expected = put.assertions.map((one) =>
    one.type === 'json' ? one.expected : one.type === 'response' ? one.patterns[0] : '',
  );
  assert.deepEqual(expected, ['42', '1e3']);
});

test('what is wrong is told with its line, all of it at once', () => {
  const wrong = faultsOf(`
groups:
  - name: g
    steps:
      - fetch: /
      - get: http://a/
        chek: { status: 200 }
      - loop: 3
        steps:
          - pause: 3 seconds
      - { get: /, post: / }
      - { post: /, form: {}, body: x }
`);
  const lines = wrong.map((fault) => /^\/plans\/shop\.yaml:(\d+): /.exec(fault)?.[1]);
  assert.deepEqual(lines, ['5', '7', '10', '11', '12'], wrong.join('\n'));
  assert.match(wrong[1] ?? '', /unknown field "chek"/);
});

test('contradictions of a group are told', () => {
  const of = (words: string) =>
    faultsOf(`groups: [{ name: g, ${words}, steps: [{ get: http://a/ }] }]`).join();
  assert.match(of('rate: 5/s'), /needs a duration/);
  assert.match(of('rate: 5/s, duration: 1s, users: 3'), /users and a rate/);
  assert.match(of('rate: 5/s, duration: 1s, loops: 3'), /loops and rampUp/);
  assert.match(of('stages: [{ rate: 1/s, for: 1s }], duration: 1s'), /stages: they say/);
  assert.match(of('rate: fast'), /rate/);
});

test('what is no plan is refused in one line', () => {
  assert.match(faultsOf('- 1').join(), /shop\.yaml:1: this is not a load plan/);
  assert.match(faultsOf('groups: [').join(), /shop\.yaml:\d+: not valid YAML/);
  assert.match(faultsOf('{}').join(), /groups/);
  assert.ok(new PlanError(['x']) instanceof FileFaults);
});
