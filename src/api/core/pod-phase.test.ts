import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasEnded } from './pod-phase.ts';

test('a pod has ended once it succeeded or failed, and not before anybody says so', () => {
  const phases = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];
  const ended = phases.filter((phase) => hasEnded({ status: { phase } }));
  assert.deepEqual(ended, ['Succeeded', 'Failed']);
  assert.ok(!hasEnded({}) && !hasEnded({ status: {} }));
});
