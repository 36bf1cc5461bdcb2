import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { knownFaults } from '../../../tests/support/drill/known-faults.ts';
import { FileFaults } from '../../api/schema/file-faults.ts';
import { readScenario } from './read-scenario.ts';
import type { Scenario } from './scenario.ts';

const file = '/drills/replica-killed.yml';

function read(text: string): Scenario {
  return readScenario(text, file, knownFaults);
}

function faultsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof FileFaults) return error.faults.map((fault) => fault.replace(`${file}:`, ''));
    throw error;
  }
  return [];
}

function expected({ expectations }: Scenario): string[] {
  return expectations.map(({ measure, limit, during }) => `${during}: ${measure} ${limit.text}`);
}

const whole = `
name: replica-killed
title: { en: A replica dies, es: Una réplica muere }
application: [app.yml]
target: { service: web, namespace: shop, port: http, host: shop.local }
load: { rate: 100/s, path: /cart, method: POST, body: "{}", timeout: 2s }
steady: { errors: "<0.1%", p99: "<500ms", rate: ">=90/s", for: 3s, within: 30s, slow: 400ms }
calm: 5s
faults:
  - { fault: replica-kill, at: 1s, with: { count: 2 } }
  - { fault: node-stop, after: 2s, for: 10s }
recover: 20s
probes:
  - { name: front page, when: continuous, every: 500ms, http: { path: /, contains: Shop } }
  - { name: fair, shares: { every: true, atMost: 1.5 } }
expect:
  availability: ">=99.5%"
  trafficRto: "<=2s"
  fault: { backupsUsed: ">=1" }
  calm: { backupsUsed: 0 }
safety: { bad: 80%, for: 10s, within: 5m }
repeats: 3
random: { seed: 7 }
`;

suite('a drill that says everything', () => {
  const scenario = read(whole);

  test('its words become numbers', () => {
    const { steady, calmMs, recoverMs, load, safety, seed, repeats } = scenario;
    assert.deepEqual([steady.forMs, steady.withinMs, steady.slowMs], [3_000, 30_000, 400]);
    assert.deepEqual([calmMs, recoverMs, load.timeoutMs, load.ratePerSecond], [5_000, 20_000, 2_000, 100]);
    assert.deepEqual(safety, { badShare: 0.8, forMs: 10_000, mostMs: 300_000 });
    assert.deepEqual([seed, repeats], [7, 3]);
  });

  test('limits of the steady state say what they are about', () => {
    const limits = scenario.steady.limits.map(({ of, operator, value }) => [of, operator, value]);
    assert.deepEqual(limits, [
      ['errors', '<', 0.001],
      ['p99', '<', 500],
      ['rate', '>=', 90],
    ]);
  });

  test('files that it names lie beside it', () => {
    assert.deepEqual(scenario.application, ['/drills/app.yml']);
    assert.equal(scenario.file, file);
  });

  test('faults have their moments, and the defaults of their parameters', () => {
    assert.deepEqual(scenario.faults, [
      { fault: 'replica-kill', start: { type: 'at', ms: 1_000 }, parameters: { count: 2 } },
      { fault: 'node-stop', start: { type: 'after', ms: 2_000 }, forMs: 10_000, parameters: { count: 1 } },
    ]);
  });

  test('expectations are the written ones, then those of every drill', () => {
    assert.deepEqual(expected(scenario), [
      'drill: availability >=99.5%',
      'drill: trafficRto <=2s',
      'fault: backupsUsed >=1',
      'calm: backupsUsed 0',
      'drill: unattributed 0',
      'calm: availability >99.9%',
      'calm: p99 <500ms',
    ]);
  });

  test('probes', () => {
    const [page, fair] = scenario.probes;
    assert.deepEqual(page, {
      ...{ name: 'front page', when: 'continuous', everyMs: 500 },
      http: { path: '/', contains: 'Shop', status: ['200-399'] },
    });
    assert.deepEqual(fair?.shares, { every: true, times: 1.5 });
    assert.equal(fair?.when, 'end');
  });
});

suite('a drill that says next to nothing', () => {
  const scenario = read('target: { service: web }');

  test('has the name of its file, and sensible times', () => {
    assert.equal(scenario.name, 'replica-killed');
    assert.equal(scenario.title.en, 'replica-killed');
    assert.deepEqual(scenario.target, { service: { namespace: 'default', name: 'web' } });
    assert.equal(scenario.load.ratePerSecond, 50);
    assert.equal(scenario.steady.slowMs, 500);
    assert.equal(scenario.seed, undefined);
  });

  test('has to be good without a fault, and to explain what fails', () => {
    assert.deepEqual(expected(scenario), [
      'drill: unattributed 0',
      'calm: availability >99%',
      'calm: p99 <500ms',
    ]);
  });

  test('of an address nothing can be attributed', () => {
    const ofUrl = read('target: { url: "http://127.0.0.1:8080" }');
    assert.ok(!ofUrl.expectations.some(({ measure }) => measure === 'unattributed'));
  });

  test('what is written goes before what every drill has', () => {
    const own = read('target: { service: web }\nexpect: { unattributed: "<=3", calm: { p99: "<1s" } }');
    assert.deepEqual(expected(own), ['drill: unattributed <=3', 'calm: p99 <1s', 'calm: availability >99%']);
  });
});

suite('what is wrong is told with its line', () => {
  const cases: readonly [string, string, RegExp][] = [
    ['an unknown key', 'target: { service: web }\nfalts: []', /^2: unknown field "falts"/],
    ['no target', 'calm: 5s', /^1: target/],
    ['an empty target', 'target: {}', /^1: target: needs a service or a url/],
    [
      'a fault that does not exist',
      'target: { service: web }\nfaults:\n  - fault: node-kil',
      /^3: faults\[0\]\.fault: there is no fault "node-kil": there are replica-kill/,
    ],
    [
      'a parameter that a fault does not know',
      'target: { service: web }\nfaults:\n  - fault: node-stop\n    with:\n      cuont: 1',
      /^5: faults\[0\]\.with\.cuont: node-stop knows no such field: it has count/,
    ],
    [
      'a parameter of the wrong type',
      'target: { service: web }\nfaults:\n  - fault: node-stop\n    with: { count: two }',
      /^4: faults\[0\]\.with\.count: /,
    ],
    [
      'a kill that is to last',
      'target: { service: web }\nfaults: [{ fault: replica-kill, for: 5s }]',
      /^2: faults\[0\]\.for: replica-kill is over at once/,
    ],
    [
      'a first fault after another',
      'target: { service: web }\nfaults: [{ fault: node-stop, after: 5s }]',
      /this is the first/,
    ],
    [
      'a fault with two moments',
      'target: { service: web }\nfaults: [{ fault: node-stop }, { fault: node-stop, at: 1s, after: 5s }]',
      /faults\[1\]: has at and after/,
    ],
    [
      'a limit of the wrong kind',
      'target: { service: web }\nexpect:\n  trafficRto: "<=5"',
      /^3: expect\.trafficRto: "<=5" is no limit here/,
    ],
    ['a limit that names itself', 'target: { service: web }\nexpect: { p99: "p99<5ms" }', /leave "p99" out/],
    ['a duration without a unit', 'target: { service: web }\ncalm: 5', /^2: .*calm/],
    [
      'two kinds of load',
      'target: { service: web }\nload: { rate: 5/s, users: 3 }',
      /^2: load: has more than one/,
    ],
    [
      'a pause without users',
      'target: { service: web }\nload: { rate: 5/s, think: 3s }',
      /load\.think: goes with users/,
    ],
    [
      'a probe of two kinds',
      'target: { service: web }\nprobes: [{ name: a, http: {}, shares: {} }]',
      /probes\[0\]: a probe has exactly one/,
    ],
    ['a probe of no kind', 'target: { service: web }\nprobes: [{ name: a }]', /a probe has exactly one/],
    ['no YAML at all', 'target: { service: web', /^\d+: not valid YAML/],
  ];
  for (const [what, text, expectedFault] of cases) {
    test(what, () => {
      const [first = 'no fault'] = faultsOf(text);
      assert.match(first, expectedFault);
    });
  }

  test('everything at once', () => {
    const text = 'target: {}\nload: { rate: 5/s, users: 3 }\nexpect: { p99: 3 }';
    assert.equal(faultsOf(text).length, 3);
  });
});
