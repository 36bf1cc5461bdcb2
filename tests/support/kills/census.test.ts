import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertCensus } from './census.ts';
import type { ClusterProcess, Role } from './cluster-processes.ts';
import { lastNumber } from './numbered-log.ts';

const nodes = ['node-1'];
const pods = [{ name: 'web', uid: 'u', node: 'node-1', program: 'p' }];
const one = (
  pid: number,
  parent: number,
  role: Role,
  more: Partial<ClusterProcess> = {},
): ClusterProcess => ({
  ...{ pid, parent, role, command: role },
  ...more,
});
const inPod = (pid: number, program: string, podUid = 'u', node = 'node-1') =>
  one(pid, 5, 'pod', { program, podUid, node });
const atRest = [
  one(2, 1, 'supervisor'),
  one(3, 2, 'control-plane'),
  one(4, 2, 'balancer'),
  one(10, 4, 'engine'),
  one(5, 1, 'node-init'),
  one(6, 2, 'kubelet', { node: 'node-1' }),
  one(7, 2, 'other'),
  one(8, 7, 'other'),
  inPod(9, 'p'),
];

test('a census finds whoever is missing, there twice, or not to be there', () => {
  const take = (all: readonly ClusterProcess[]) => () => assertCensus(all, nodes, pods);
  assert.doesNotThrow(take(atRest));
  for (const { pid } of atRest.filter(({ role }) => role !== 'other'))
    assert.throws(take(atRest.filter((each) => each.pid !== pid)));
  const strangers = [
    one(20, 2, 'control-plane'),
    one(21, 1, 'node-init'),
    one(22, 2, 'kubelet', { node: 'node-1' }),
    one(23, 1, 'other'),
    inPod(24, 'p', 'another'),
    inPod(25, 'p', 'u', 'node-2'),
    inPod(26, 'p2'),
  ];
  for (const stranger of strangers) assert.throws(take([...atRest, stranger]), stranger.command);
});

test('a log that counts is read to its last number, and a gap is found', () => {
  assert.equal(lastNumber('', 'x'), 0);
  assert.equal(lastNumber('1\n2\n3\n', 'x'), 3);
  for (const broken of ['2\n', '1\n3\n', '1\n2\n2\n', '1\n2', '1\n\n2\n'])
    assert.throws(() => lastNumber(broken, 'x'));
});
