import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { V2HorizontalPodAutoscalerSpec, V2HPAScalingRules } from '../../api/generated/types.ts';
import { limitScaling, type ScaleHistory } from './behavior.ts';

const now = 1_000_000;
const none: ScaleHistory = { recommendations: [], ups: [], downs: [] };

function spec(
  scaleUp: V2HPAScalingRules = {},
  scaleDown: V2HPAScalingRules = {},
): V2HorizontalPodAutoscalerSpec {
  const scaleTargetRef = { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' };
  return { minReplicas: 2, maxReplicas: 100, scaleTargetRef, behavior: { scaleUp, scaleDown } };
}

const quickDown = { stabilizationWindowSeconds: 0 };

test('without a history it grows by four or to double in fifteen seconds', () => {
  assert.equal(limitScaling(2, 50, spec(), none, now).replicas, 6);
  const limited = limitScaling(10, 50, spec(), none, now);
  assert.equal(limited.replicas, 20);
  assert.equal(limited.scalingLimited.reason, 'ScaleUpLimit');
});

test('growth within the period counts against the policy', () => {
  const history = { ...none, ups: [{ change: 10, at: now - 5_000 }] };
  assert.equal(limitScaling(20, 50, spec(), history, now).replicas, 20);
  const old = { ...none, ups: [{ change: 10, at: now - 16_000 }] };
  assert.equal(limitScaling(20, 50, spec(), old, now).replicas, 40);
});

test('it shrinks only to the highest wish of the last five minutes', () => {
  const history = { ...none, recommendations: [{ replicas: 8, at: now - 299_000 }] };
  const limited = limitScaling(10, 3, spec(), history, now);
  assert.equal(limited.replicas, 8);
  assert.equal(limited.ableToScale.reason, 'ScaleDownStabilized');
  const old = { ...none, recommendations: [{ replicas: 8, at: now - 301_000 }] };
  assert.equal(limitScaling(10, 3, spec(), old, now).replicas, 3);
});

test('an up window holds growth back to the lowest wish', () => {
  const history = { ...none, recommendations: [{ replicas: 5, at: now - 10_000 }] };
  const limited = limitScaling(4, 8, spec({ stabilizationWindowSeconds: 60 }), history, now);
  assert.equal(limited.replicas, 5);
  assert.equal(limited.ableToScale.reason, 'ScaleUpStabilized');
});

test('policies limit shrinking; Min chooses the slower, Disabled forbids', () => {
  const policies = [
    { type: 'Pods', value: 4, periodSeconds: 60 },
    { type: 'Percent', value: 10, periodSeconds: 60 },
  ];
  assert.equal(limitScaling(80, 10, spec({}, { ...quickDown, policies }), none, now).replicas, 72);
  assert.equal(
    limitScaling(80, 10, spec({}, { ...quickDown, policies, selectPolicy: 'Min' }), none, now).replicas,
    76,
  );
  const disabled = limitScaling(80, 10, spec({}, { ...quickDown, selectPolicy: 'Disabled' }), none, now);
  assert.equal(disabled.replicas, 80);
  assert.equal(disabled.scalingLimited.reason, 'ScaleDownLimit');
});

test('the bounds hold and are told', () => {
  assert.equal(limitScaling(90, 150, spec(), none, now).scalingLimited.reason, 'TooManyReplicas');
  assert.equal(limitScaling(90, 150, spec(), none, now).replicas, 100);
  assert.equal(limitScaling(100, 150, spec(), none, now).scalingLimited.reason, 'TooManyReplicas');
  const low = limitScaling(3, 1, spec({}, quickDown), none, now);
  assert.equal(low.replicas, 2);
  assert.equal(low.scalingLimited.reason, 'TooFewReplicas');
  assert.equal(limitScaling(3, 4, spec(), none, now).scalingLimited.reason, 'DesiredWithinRange');
});
