import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { V1Deployment, V1DeploymentStatus } from '../../api/generated/types.ts';
import { Conditions } from './conditions.ts';
import { deadlineInMs, judgePause, judgeProgress } from './progress.ts';
import { resolveSpec } from './spec.ts';
import type { DeploymentCounts } from './status.ts';

const start = Date.UTC(2030, 0, 1);
const deadline = { progressDeadlineSeconds: 60 };

function deployment(spec: Partial<V1Deployment['spec']>, status: V1DeploymentStatus = {}): V1Deployment {
  const metadata = { name: 'web', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
  const whole = { replicas: 3, selector: {}, template: {}, ...spec };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: whole, status };
}

function counts(updated: number, available: number, replicas = 3): DeploymentCounts {
  const rest = { readyReplicas: available, availableReplicas: available, unavailableReplicas: 0 };
  return { replicas, updatedReplicas: updated, ...rest };
}

function progressing(status: string, reason: string, lastUpdateTime = '2030-01-01T00:00:00Z') {
  return { type: 'Progressing', status, reason, lastUpdateTime, lastTransitionTime: '2029-01-01T00:00:00Z' };
}

function judge(subject: V1Deployment, now: DeploymentCounts, afterMs: number): Conditions {
  const conditions = new Conditions(subject.status?.conditions, start + afterMs);
  judgeProgress(conditions, subject, resolveSpec(subject), now, undefined);
  return conditions;
}

test('progress renews the time of update but not that of transition', () => {
  const before = { replicas: 3, updatedReplicas: 1, conditions: [progressing('True', 'ReplicaSetUpdated')] };
  const condition = judge(deployment(deadline, before), counts(2, 0), 5_000).get('Progressing');
  assert.equal(condition?.lastUpdateTime, '2030-01-01T00:00:05Z');
  assert.equal(condition?.lastTransitionTime, '2029-01-01T00:00:00Z');
});

test('without progress the deadline passes, to the millisecond', () => {
  const before = { replicas: 3, updatedReplicas: 1, conditions: [progressing('True', 'ReplicaSetUpdated')] };
  const stuck = deployment(deadline, before);
  assert.equal(judge(stuck, counts(1, 0), 60_000).get('Progressing')?.reason, 'ReplicaSetUpdated');
  const late = judge(stuck, counts(1, 0), 60_001).get('Progressing');
  assert.deepEqual([late?.status, late?.reason], ['False', 'ProgressDeadlineExceeded']);
  assert.equal(late?.message, 'Deployment "web" has timed out progressing.');
});

test('a finished rollout does not time out when pods die later', () => {
  const before = {
    replicas: 3,
    updatedReplicas: 3,
    conditions: [progressing('True', 'NewReplicaSetAvailable')],
  };
  const condition = judge(deployment(deadline, before), counts(3, 0), 3_600_000).get('Progressing');
  assert.equal(condition?.reason, 'NewReplicaSetAvailable');
});

test('without a deadline there is no Progressing condition', () => {
  const before = { conditions: [progressing('True', 'ReplicaSetUpdated')] };
  for (const progressDeadlineSeconds of [undefined, 2_147_483_647]) {
    const subject = deployment({ progressDeadlineSeconds }, before);
    assert.equal(judge(subject, counts(3, 3), 0).get('Progressing'), undefined);
  }
});

test('a pause replaces the reason and stops the clock, except after a missed deadline', () => {
  const spec = resolveSpec(deployment({ ...deadline, paused: true }));
  const conditions = new Conditions([progressing('True', 'ReplicaSetUpdated')], start);
  judgePause(conditions, spec);
  assert.equal(conditions.get('Progressing')?.reason, 'DeploymentPaused');
  assert.equal(deadlineInMs(conditions, spec, counts(1, 0)), undefined);
  judgePause(conditions, { ...spec, paused: false });
  assert.equal(conditions.get('Progressing')?.reason, 'DeploymentResumed');
  const missed = new Conditions([progressing('False', 'ProgressDeadlineExceeded')], start);
  judgePause(missed, spec);
  assert.equal(missed.get('Progressing')?.reason, 'ProgressDeadlineExceeded');
});

test('the deadline is looked at again just after it passed', () => {
  const spec = resolveSpec(deployment(deadline));
  const running = new Conditions([progressing('True', 'ReplicaSetUpdated')], start + 10_000);
  assert.equal(deadlineInMs(running, spec, counts(1, 0)), 51_000);
  assert.equal(deadlineInMs(running, spec, counts(3, 3)), undefined);
  const timeless = new Conditions([progressing('True', 'ReplicaSetUpdated', '')], start);
  assert.equal(deadlineInMs(timeless, spec, counts(1, 0)), 61_000);
});
