import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makePod } from '../../../tests/support/objects.ts';
import type { V1Pod } from '../../api/generated/types.ts';
import type { RuntimeContainer } from '../../runtime/runtime.ts';
import { type ContainerRecord, isReady, newRecords } from './container-record.ts';
import { nextStep } from './plan.ts';
import { noteExit, noteObstacle } from './restart.ts';
import { phaseOf } from './status.ts';

const image = { name: 'app', id: 'app', pulled: false };
const backoff = { initialMs: 10_000, maxMs: 300_000 };

function run(record: ContainerRecord, exitCode?: number): RuntimeContainer {
  const attempt = (record.current?.attempt ?? -1) + 1;
  const { name } = record.container;
  const exit = exitCode === undefined ? undefined : { exitCode, finishedAt: 1_000 };
  return { id: `${name}-${attempt}`, podUid: 'uid', name, attempt, image, startedAt: 0, exit };
}

function started(record: ContainerRecord): void {
  Object.assign(record, { current: run(record), started: true, passing: true, waiting: undefined });
}

function factsOf(pod: V1Pod, records: ContainerRecord[]) {
  const nothing = { now: 0, monotonic: 0, hostIps: [], podIps: [], startTime: '', stopped: false };
  return { ...nothing, pod, records, runtimeName: 'x', before: undefined };
}

test('a sidecar runs before the others start and beside them, and an init container between them', () => {
  const initContainers = [
    { name: 'side', image: 'a', restartPolicy: 'Always' },
    { name: 'init', image: 'b' },
  ];
  const pod = makePod('web', { initContainers });
  const records = newRecords(pod);
  const order: string[] = [];
  for (let i = 0; i < 10; i++) {
    const step = nextStep(pod, records, 0);
    if (step.do !== 'start') break;
    order.push(step.record.container.name);
    if (step.record.role === 'init') step.record.current = run(step.record, 0);
    else started(step.record);
  }
  assert.deepEqual(order, ['side', 'init', 'app']);
  assert.deepEqual(nextStep(pod, records, 0), { do: 'wait', until: undefined });
  assert.equal(phaseOf(factsOf(pod, records)), 'Running');
});

test('a container that has to be replaced is, and one whose init container failed for good is never started', () => {
  const pod = makePod('web', { initContainers: [{ name: 'init', image: 'b' }], restartPolicy: 'Never' });
  const [init, app] = newRecords(pod) as [ContainerRecord, ContainerRecord];
  init.current = run(init, 1);
  assert.deepEqual(nextStep(pod, [init, app], 0), { do: 'finish' });
  assert.equal(phaseOf(factsOf(pod, [init, app])), 'Failed');
  init.current = run(init, 0);
  started(app);
  app.replace = 'failed liveness probe';
  assert.deepEqual(nextStep(pod, [init, app], 0), { do: 'replace', record: app });
});

test('restarts come at once, after 10 s, 20 s … 5 min, and at once again after a long run', () => {
  const pod = makePod('web');
  const [record] = newRecords(pod) as [ContainerRecord];
  const delays = Array.from({ length: 8 }, () => {
    noteExit(record, run(record, 1), 0, backoff, () => 0);
    return record.notBefore / 1_000;
  });
  assert.deepEqual(delays, [0, 10, 20, 40, 80, 160, 300, 300]);
  const long = { ...run(record, 1), exit: { exitCode: 1, finishedAt: 600_000 } };
  noteExit(record, long, 0, backoff, () => 0);
  assert.equal(record.notBefore, 0);
});

test('whatever happens, every pod runs, waits for something, or has ended in a phase that fits', () => {
  const policies = fc.constantFrom('Always', 'OnFailure', 'Never');
  const happenings = fc.array(
    fc.record({ who: fc.nat(3), what: fc.constantFrom('exit 0', 'exit 1', 'obstacle', 'sick') }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(policies, happenings, (restartPolicy, list) => {
      const pod = makePod('web', { restartPolicy, initContainers: [{ name: 'init', image: 'b' }] });
      pod.spec.containers.push({ name: 'two', image: 'c' });
      const records = newRecords(pod);
      let now = 0;
      for (const { who, what } of list) {
        now += 1_000;
        const record = records[who % records.length] as ContainerRecord;
        const step = nextStep(pod, records, now);
        if (step.do === 'start' && what === 'obstacle') {
          noteObstacle(step.record, { reason: 'x' }, undefined, now, backoff, () => 0);
        } else if (step.do === 'start') started(step.record);
        else if (step.do === 'replace') noteExit(step.record, run(step.record, 137), now, backoff, () => 0);
        else if (record.current && !record.current.exit) {
          if (what === 'sick') record.replace = 'sick';
          else if (what.startsWith('exit')) {
            noteExit(record, run(record, Number(what.slice(5))), now, backoff, () => 0);
          }
        }
      }
      const step = nextStep(pod, records, now);
      const phase = phaseOf(factsOf(pod, records));
      if (step.do === 'finish') assert.ok(phase === 'Succeeded' || phase === 'Failed', phase);
      else assert.ok(phase === 'Pending' || phase === 'Running', phase);
      if (step.do === 'wait') {
        const isWaiting = step.until !== undefined && step.until > now;
        assert.ok(isWaiting || records.some(({ current }) => current && !current.exit));
      }
      if (records.slice(1).every(isReady) && records[0]?.current?.exit) assert.equal(phase, 'Running');
    }),
  );
});
