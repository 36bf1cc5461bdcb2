import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitsCondition } from './limits-condition.ts';

test('limits count as enforced only when the kernel enforces both', () => {
  const both = limitsCondition({ memory: 'cgroup', cpu: 'cgroup', detail: 'groups below /x' });
  assert.deepEqual(
    [both.status, both.reason, both.message],
    ['True', 'ControlGroups', 'memory and cpu by groups below /x'],
  );
  const some = limitsCondition({ memory: 'cgroup', cpu: 'reported', detail: 'x' });
  assert.deepEqual([some.status, some.reason], ['False', 'SomeControlGroups']);
  const none = limitsCondition({ memory: 'watched', cpu: 'reported', detail: 'run as root' });
  assert.deepEqual([none.status, none.reason], ['False', 'NoControlGroups']);
  assert.match(none.message ?? '', /watched every second.*cpu use is only reported; run as root/);
  assert.equal(limitsCondition(undefined).status, 'Unknown');
});
