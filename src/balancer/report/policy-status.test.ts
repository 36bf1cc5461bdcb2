import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meta } from '../../../tests/support/objects.ts';
import type { BackendPolicy, BackendPolicyStatus } from '../../api/relevo/backend-policy-types.ts';
import type { Verdict } from '../policy/policies.ts';
import { policyStatus } from './policy-status.ts';

function policy(status?: BackendPolicyStatus, generation = 2): BackendPolicy {
  const object = {
    apiVersion: 'relevo.dev/v1alpha1',
    kind: 'BackendPolicy',
    metadata: meta('web', { generation }),
  };
  return { ...object, spec: {} as BackendPolicy['spec'], ...(status ? { status } : {}) };
}

const accepted: Verdict = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'fine' };
const refused: Verdict = { type: 'Accepted', status: 'False', reason: 'Invalid', message: 'no' };
const measurable: Verdict = {
  type: 'SaturationMeasurable',
  status: 'True',
  reason: 'MaxconnSet',
  message: 'yes',
};
const [first, later] = [Date.UTC(2030, 0, 1), Date.UTC(2030, 0, 2)];

test('a policy is told what is thought of it, once', () => {
  const status = policyStatus(policy(), [accepted, measurable], first);
  assert.deepEqual(status, {
    observedGeneration: 2,
    lastGood: '{}',
    conditions: [accepted, measurable].map((one) => ({
      ...one,
      observedGeneration: 2,
      lastTransitionTime: '2030-01-01T00:00:00Z',
    })),
  });
  assert.equal(policyStatus(policy(status), [accepted, measurable], later), undefined);
});

test('the time of a condition changes with its status only', () => {
  const status = policyStatus(policy(), [accepted], first);
  const again = policyStatus(policy(status, 3), [{ ...accepted, message: 'still fine' }], later);
  assert.deepEqual(
    [again?.observedGeneration, again?.conditions?.[0]?.lastTransitionTime],
    [3, '2030-01-01T00:00:00Z'],
  );
  const bad = policyStatus(policy(status), [refused], later);
  assert.equal(bad?.conditions?.[0]?.lastTransitionTime, '2030-01-02T00:00:00Z');
});

test('the last spec that was accepted is kept when the policy becomes bad', () => {
  const status = policyStatus(policy(), [accepted], first);
  const changed = { ...policy(status, 3), spec: { balance: 'first' } as BackendPolicy['spec'] };
  assert.equal(policyStatus(changed, [refused], later)?.lastGood, '{}');
  assert.equal(policyStatus(changed, [accepted], later)?.lastGood, '{"balance":"first"}');
});

test('a condition that does not apply any more goes, and those of others stay', () => {
  const status = policyStatus(policy(), [accepted, measurable], first);
  const others = { ...accepted, type: 'Reviewed', lastTransitionTime: '2030-01-01T00:00:00Z' };
  const next = policyStatus(
    policy({ ...status, conditions: [...(status?.conditions ?? []), others] }),
    [accepted],
    later,
  );
  assert.deepEqual(
    next?.conditions?.map(({ type }) => type),
    ['Accepted', 'Reviewed'],
  );
});
