import assert from 'node:assert/strict';
import { test } from 'node:test';
import { http } from '../../../tests/support/load/user-world.ts';
import type { Group, Plan } from '../plan/plan.ts';
import { phasesOf } from './phases.ts';
import { workerCount } from './worker-count.ts';

const group = (kind: Group['kind'], users = '1'): Group => ({
  ...{ name: kind, kind, onError: 'continue', sameUser: true, dataFiles: [], counters: [] },
  ...{ userParameters: [], steps: [] },
  load: { model: 'closed', users, rampUpMs: '0', loops: '1', delayMs: '0' },
});

function planOf(groups: readonly Group[], given: Partial<Plan> = {}): Plan {
  return {
    ...{ name: 'p', dialect: 'yaml', folder: '/', variables: [], properties: {}, groups, dataFiles: [] },
    ...{ cookieJars: [], caches: [], oneAfterTheOther: false, tearDownAfterStop: true, thresholds: [] },
    ...given,
  };
}

test('what sets up comes first, what tears down last, wherever it stands', () => {
  const groups = [group('tearDown'), group('main'), group('setUp'), group('main')];
  const indexes = (plan: Plan) => phasesOf(plan).map((phase) => phase.groups);
  assert.deepEqual(indexes(planOf(groups)), [[2], [1, 3], [0]]);
  assert.deepEqual(indexes(planOf(groups, { oneAfterTheOther: true })), [[2], [1], [3], [0]]);
  assert.deepEqual(indexes(planOf([group('main')])), [[0]]);
  assert.deepEqual(
    phasesOf(planOf(groups)).map(({ always }) => always),
    [false, false, true],
  );
});

test('one worker as long as one is enough', () => {
  assert.equal(workerCount(planOf([group('main', '100')]), 8), 1);
  const eager = { ...group('main', '2000'), steps: [http('a')] };
  assert.equal(workerCount(planOf([eager]), 8), 8);
  const thoughtful = { ...eager, steps: [http('a', { timers: [{ type: 'constant', delayMs: '500' }] })] };
  assert.equal(workerCount(planOf([thoughtful]), 8), 1);
  const stages = [{ fromRate: 0, toRate: 9_000, durationMs: 1_000 }];
  const open: Group = { ...group('main'), load: { model: 'open', stages, arrivals: 'even', maxUsers: 10 } };
  assert.equal(workerCount(planOf([open]), 4), 4);
});
