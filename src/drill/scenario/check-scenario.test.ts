import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { knownFaults } from '../../../tests/support/drill/known-faults.ts';
import type { TargetPod } from '../world/world.ts';
import { checkScenario } from './check-scenario.ts';
import { type CheckedTarget, checkTarget } from './check-target.ts';
import { readScenario } from './read-scenario.ts';

function read(text: string) {
  return readScenario(text, '/drills/a.yml', knownFaults);
}

const service = 'target: { service: web }';
const address = 'target: { url: "http://127.0.0.1:1" }';

suite('before anything is started', () => {
  test('a sensible drill is fine', () => {
    const drill = `${service}\nfaults: [{ fault: node-stop, for: 10s }]\nexpect: { trafficRto: "<=2s" }`;
    assert.deepEqual(checkScenario(read(drill)), []);
  });

  const cases: readonly [string, string, RegExp][] = [
    ['no calm phase', `${service}\ncalm: 0s`, /calm is 0s/],
    [
      'a steady state that cannot be reached',
      `${service}\nsteady: { for: 10s, within: 5s }`,
      /steady\.for is longer/,
    ],
    ['nobody who asks', `${service}\nload: { rate: 0/s }`, /load\.rate is 0/],
    ['no time to answer', `${service}\nload: { timeout: 0s }`, /load\.timeout is 0s/],
    ['everything is slow', `${service}\nsteady: { slow: 0s }`, /steady\.slow is 0s/],
    [
      'longer than its safety limit',
      `${service}\nfaults: [{ fault: node-stop, at: 8m, for: 5m }]`,
      /takes 788 s at least, and safety\.within gives it up after 600 s/,
    ],
    [
      'faults that follow each other for longer than that',
      `${service}\nfaults: [{ fault: node-stop, at: 5m }, { fault: node-stop, after: 5m, for: 1m }]`,
      /takes 668 s at least/,
    ],
    [
      'faults in the wrong order',
      `${service}\nfaults: [{ fault: node-stop, at: 5s }, { fault: surge, at: 1s }]`,
      /faults\[1\]: surge comes before/,
    ],
    [
      'no time to recover',
      `${service}\nrecover: 2s\nfaults: [{ fault: node-stop }]\nexpect: { trafficRto: "<=2s" }`,
      /recover is shorter than 5 s/,
    ],
    ['a fault for an address', `${address}\nfaults: [{ fault: node-stop }]`, /node-stop has nobody to hit/],
    [
      'an expectation of an address',
      `${address}\nexpect: { backupsUsed: 0 }`,
      /backupsUsed cannot be measured/,
    ],
    [
      'shares of an address',
      `${address}\nprobes: [{ name: fair, shares: {} }]`,
      /"fair" cannot know who should answer/,
    ],
    [
      'a recovery from nothing',
      `${service}\nexpect: { trafficRto: "<=2s" }`,
      /trafficRto is expected of a fault, and there is none/,
    ],
    [
      'a fault phase of nothing',
      `${service}\nexpect: { fault: { availability: "100%" } }`,
      /availability is expected of a fault/,
    ],
    [
      'a recovery in the calm',
      `${service}\nfaults: [{ fault: node-stop }]\nexpect: { calm: { capacityRto: "<=2s" } }`,
      /of a phase without a fault/,
    ],
    ['sessions of users without cookies', `${service}\nexpect: { sessionsMoved: 0 }`, /load\.sessions/],
    [
      'a probe that waits for a fault',
      `${service}\nprobes: [{ name: page, when: fault, http: {} }]`,
      /"page" waits for a fault/,
    ],
    ['a manifest that is not there', `${service}\napplication: [nothing.yml]`, /nothing\.yml cannot be read/],
    [
      'a load too thin for its limit',
      `${service}\nload: { rate: 2/s }\nfaults: [{ fault: node-stop }]\nexpect: { trafficRto: "<=2s" }`,
      /too thin for trafficRto <=2s: 2\/s, where it takes 5\/s/,
    ],
    [
      'users who think for too long',
      `${service}\nload: { users: 2, think: 1s }\nfaults: [{ fault: node-stop }]\nexpect: { trafficRto: "<=2s" }`,
      /too thin/,
    ],
  ];
  for (const [what, text, expected] of cases) {
    test(what, () => {
      const [first = 'no fault'] = checkScenario(read(text));
      assert.match(first, expected);
    });
  }

  test('a surge needs no service, and users who do not think ask often enough', () => {
    const drill = `${address}\nload: { users: 1 }\nfaults: [{ fault: surge }]\nexpect: { trafficRto: "<=2s" }`;
    assert.deepEqual(checkScenario(read(drill)), []);
  });
});

suite('when the target is known', () => {
  function targetOf(primaries: number, more: Partial<CheckedTarget> = {}): CheckedTarget {
    const pods = Array.from({ length: primaries }, (_, at): TargetPod => {
      const place = { namespace: 'default', name: `web-${at}`, uid: `u${at}`, node: 'node-1', address: '' };
      return { ...place, role: 'primary', ready: true, restarts: 0 };
    });
    return { pods, hasPolicy: true, service: 'web', namespace: 'default', ...more };
  }
  const rto = `${service}\nload: { rate: 20/s }\nfaults: [{ fault: node-stop }]\nexpect: { trafficRto: "<=2s" }`;

  test('the load is shared by its servers', () => {
    assert.deepEqual(checkTarget(read(rto), targetOf(4)), []);
    assert.match(
      String(checkTarget(read(rto), targetOf(5))[0]?.en),
      /20\/s over 5 servers, where it takes 25\/s/,
    );
  });

  test('backups are expected only of a service with a policy; that it has none is for the drill to find', () => {
    const some = `${service}\nexpect: { backupsUsed: ">=1" }`;
    assert.match(
      String(checkTarget(read(some), targetOf(3, { hasPolicy: false }))[0]?.en),
      /no BackendPolicy for default\/web/,
    );
    assert.deepEqual(checkTarget(read(some), targetOf(3)), []);
    const none = `${service}\nexpect: { backupsUsed: 0 }`;
    assert.deepEqual(checkTarget(read(none), targetOf(3, { hasPolicy: false })), []);
  });
});
