// The status words, ready counts and restarts of `kubectl get pods`.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { V1Container, V1Pod, V1PodStatus } from '../generated/types.ts';
import { podColumns } from './pod-columns.ts';

const now = Date.parse('2024-01-01T00:10:00Z');
const ended = '2024-01-01T00:05:00Z';
const common = { image: 'a', imageID: '', lastState: {}, restartCount: 0, ready: false };

/** Ready, status and restarts of a pod with the given status. */
function row(
  status: V1PodStatus,
  extra: { init?: V1Container[]; deleted?: boolean; containers?: number } = {},
): unknown[] {
  const containers = Array.from({ length: extra.containers ?? 1 }, (_, index) => ({
    name: `c${index}`,
    image: 'a',
  }));
  const object: V1Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', uid: '', resourceVersion: '', creationTimestamp: ended },
    spec: { containers, ...(extra.init ? { initContainers: extra.init } : {}) },
    status,
  };
  if (extra.deleted) object.metadata.deletionTimestamp = ended;
  return podColumns.slice(1, 4).map((column) => column.value(object, now));
}

const setup: V1Container = { name: 'setup', image: 'a' };
const sidecar: V1Container = { name: 'side', image: 'a', restartPolicy: 'Always' };
const running = { ...common, name: 'c0', ready: true, state: { running: {} } };

describe('the columns of a pod', () => {
  const cases: [name: string, expected: unknown[], status: V1PodStatus, extra?: Parameters<typeof row>[1]][] =
    [
      ['pending', ['0/1', 'Pending', '0'], { phase: 'Pending' }],
      ['running', ['1/1', 'Running', '0'], { phase: 'Running', containerStatuses: [running] }],
      [
        'waiting',
        ['0/1', 'CrashLoopBackOff', '2 (5m ago)'],
        {
          phase: 'Running',
          containerStatuses: [
            {
              ...common,
              name: 'c0',
              restartCount: 2,
              lastState: { terminated: { exitCode: 1, finishedAt: ended } },
              state: { waiting: { reason: 'CrashLoopBackOff' } },
            },
          ],
        },
      ],
      [
        'ended with a reason',
        ['0/1', 'Error', '0'],
        {
          phase: 'Failed',
          containerStatuses: [
            { ...common, name: 'c0', state: { terminated: { exitCode: 1, reason: 'Error' } } },
          ],
        },
      ],
      [
        'ended with a code',
        ['0/1', 'ExitCode:3', '0'],
        {
          phase: 'Failed',
          containerStatuses: [{ ...common, name: 'c0', state: { terminated: { exitCode: 3 } } }],
        },
      ],
      [
        'ended by a signal',
        ['0/1', 'Signal:9', '0'],
        {
          phase: 'Failed',
          containerStatuses: [{ ...common, name: 'c0', state: { terminated: { exitCode: 137, signal: 9 } } }],
        },
      ],
      [
        'one done, one running and not ready',
        ['1/2', 'NotReady', '0'],
        {
          phase: 'Running',
          containerStatuses: [
            { ...common, name: 'c0', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
            { ...running, name: 'c1' },
          ],
        },
        { containers: 2 },
      ],
      [
        'initializing',
        ['0/1', 'Init:0/1', '0'],
        { phase: 'Pending', initContainerStatuses: [{ ...common, name: 'setup', state: { running: {} } }] },
        { init: [setup] },
      ],
      [
        'init failed',
        ['0/1', 'Init:ExitCode:2', '1'],
        {
          phase: 'Pending',
          initContainerStatuses: [
            { ...common, name: 'setup', restartCount: 1, state: { terminated: { exitCode: 2 } } },
          ],
        },
        { init: [setup] },
      ],
      [
        'init waiting',
        ['0/1', 'Init:ErrImagePull', '0'],
        {
          phase: 'Pending',
          initContainerStatuses: [
            { ...common, name: 'setup', state: { waiting: { reason: 'ErrImagePull' } } },
          ],
        },
        { init: [setup] },
      ],
      [
        'after init',
        ['0/1', 'PodInitializing', '0'],
        {
          phase: 'Pending',
          initContainerStatuses: [{ ...common, name: 'setup', state: { terminated: { exitCode: 0 } } }],
          containerStatuses: [{ ...common, name: 'c0', state: { waiting: { reason: 'PodInitializing' } } }],
        },
        { init: [setup] },
      ],
      [
        'a sidecar counts',
        ['2/2', 'Running', '3'],
        {
          phase: 'Running',
          initContainerStatuses: [{ ...running, name: 'side', started: true, restartCount: 3 }],
          containerStatuses: [running],
        },
        { init: [sidecar] },
      ],
      [
        'gated',
        ['0/1', 'SchedulingGated', '0'],
        {
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
        },
      ],
      ['evicted', ['0/1', 'Evicted', '0'], { phase: 'Failed', reason: 'Evicted' }],
      [
        'terminating',
        ['1/1', 'Terminating', '0'],
        { phase: 'Running', containerStatuses: [running] },
        { deleted: true },
      ],
      [
        'done and deleted',
        ['0/1', 'Completed', '0'],
        {
          phase: 'Succeeded',
          containerStatuses: [
            { ...common, name: 'c0', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
          ],
        },
        { deleted: true },
      ],
      [
        'on a lost node',
        ['0/1', 'Unknown', '0'],
        { phase: 'Running', reason: 'NodeLost' },
        { deleted: true },
      ],
    ];
  for (const [name, expected, status, extra] of cases) {
    it(`say: ${name}`, () => assert.deepEqual(row(status, extra), expected));
  }
});
