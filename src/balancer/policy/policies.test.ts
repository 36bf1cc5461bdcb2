import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { meta } from '../../../tests/support/objects.ts';
import type { V1ConfigMap, V1Service, V1ServiceSpec } from '../../api/generated/types.ts';
import type { BackendPolicy } from '../../api/relevo/backend-policy-types.ts';
import { Policies } from './policies.ts';

function policy(name: string, spec: object = {}, createdAt = '2030-01-01T00:00:00Z'): BackendPolicy {
  return {
    ...{ apiVersion: 'relevo.dev/v1alpha1', kind: 'BackendPolicy' },
    metadata: meta(name, { creationTimestamp: createdAt }),
    spec: { targetRef: { kind: 'Service', name: 'web' }, ...spec } as BackendPolicy['spec'],
  };
}

function service(spec: V1ServiceSpec = {}): V1Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta('web'),
    spec: { ports: [{ port: 80 }], ...spec },
  };
}

/** What the API knows, to be changed between decisions. */
class World {
  policies: BackendPolicy[] = [];
  configMap: V1ConfigMap | undefined;
  hasBackups = true;
  readonly tested = new Policies({
    policiesOf: () => this.policies,
    configMap: () => this.configMap,
    hasBackups: () => this.hasBackups,
  });

  /** The reasons by policy, and the balance in force. */
  decide(target: V1Service | undefined = service()) {
    const { verdicts, inForce } = this.tested.decide('default/web', target);
    const reasons = [...verdicts.values()].flat().map(({ reason }) => reason);
    return { reasons, balance: inForce?.spec.balance };
  }
}

describe('Policies', () => {
  it('have no say where there are none', () => {
    assert.deepEqual(new World().decide(), { reasons: [], balance: undefined });
  });

  it('accept the oldest for a Service, and of the same age the first by name', () => {
    const world = new World();
    world.policies = [
      policy('b', { balance: 'random' }),
      policy('c', { balance: 'first' }, '2030-01-01T00:00:01Z'),
      policy('a', { balance: 'source' }),
    ];
    const { verdicts, inForce } = world.tested.decide('default/web', service());
    const told = [...verdicts].map(([uid, [verdict]]) => [uid, verdict?.status, verdict?.reason]);
    assert.deepEqual(told, [
      ['uid-a', 'True', 'Accepted'],
      ['uid-b', 'False', 'Conflicted'],
      ['uid-c', 'False', 'Conflicted'],
    ]);
    assert.equal(inForce?.spec.balance, 'source');
  });

  it('say whether there are backups, and whether they can come in because of load', () => {
    const world = new World();
    const backup = { selector: { matchLabels: { tier: 'backup' } } };
    world.policies = [policy('a', { backup })];
    assert.deepEqual(world.decide().reasons, ['Accepted', 'NoMaxconn', 'Found']);
    world.policies = [policy('a', { backup, servers: { maxconn: 1 } })];
    world.hasBackups = false;
    assert.deepEqual(world.decide().reasons, ['Accepted', 'MaxconnSet', 'NotFound']);
  });

  const bad: [what: string, spec: object, reason: string, target?: V1ServiceSpec][] = [
    ['a contradiction', { timeouts: { connect: '0s' } }, 'Invalid'],
    ['a duration that no schema would let in', { drain: { timeout: 'soon' } }, 'Invalid'],
    ['a page that is not there', { sorry: { configMap: { name: 'sorry' } } }, 'SorryPageMissing'],
    ['nodes without a node port', { servers: { from: 'nodes' } }, 'Invalid'],
    ['every pod as a backup', { backup: { selector: {} } }, 'Invalid'],
    [
      'a selector of nonsense',
      { backup: { selector: { matchExpressions: [{ key: 'a', operator: 'Is' }] } } },
      'Invalid',
    ],
    [
      'cookies without HTTP',
      { persistence: { cookie: { name: 'id' } } },
      'Invalid',
      { ports: [{ port: 5432, appProtocol: 'tcp' }] },
    ],
  ];
  for (const [what, spec, reason, target] of bad) {
    it(`refuse ${what}, and the last good state stays`, () => {
      const world = new World();
      world.policies = [policy('a', spec)];
      assert.deepEqual(world.decide(service(target)), { reasons: [reason], balance: undefined });
      world.policies = [policy('a', { balance: 'first' })];
      world.decide();
      world.policies = [policy('a', { balance: 'random', ...spec })];
      assert.deepEqual(world.decide(service(target)), { reasons: [reason], balance: 'first' });
    });
  }

  it('refuse one whose Service is not there', () => {
    const world = new World();
    world.policies = [policy('a')];
    const decision = world.tested.decide('default/web', undefined);
    assert.equal([...decision.verdicts.values()][0]?.[0]?.reason, 'ServiceNotFound');
    assert.equal(decision.inForce, undefined);
  });

  it('know the last good state from the status, when they are started anew', () => {
    const world = new World();
    const lastGood = JSON.stringify({
      targetRef: { name: 'web' },
      balance: 'first',
      sorry: { configMap: { name: 'gone' } },
    });
    const bad = (text: string) => ({
      ...policy('a', { timeouts: { connect: '0s' } }),
      status: { lastGood: text },
    });
    world.policies = [bad(lastGood)];
    assert.deepEqual(world.decide(), { reasons: ['Invalid'], balance: 'first' });
    for (const text of ['nonsense', '{"targetRef":{"name":"web"},"drain":{"timeout":"soon"}}']) {
      const other = new World();
      other.policies = [bad(text)];
      assert.equal(other.decide().balance, undefined);
    }
  });

  it('forget the last good state with the policy it was of', () => {
    const world = new World();
    world.policies = [policy('a', { balance: 'first' })];
    world.decide();
    world.policies = [policy('b', { timeouts: { connect: '0s' } })];
    assert.equal(world.decide().balance, undefined);
    world.policies = [policy('a', { balance: 'first' })];
    world.decide();
    world.policies = [];
    world.decide();
    world.policies = [policy('a', { timeouts: { connect: '0s' } })];
    assert.equal(world.decide().balance, undefined);
  });
});
