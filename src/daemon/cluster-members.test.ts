import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostNodes } from '../network/loopback/loopback-plan.ts';
import {
  areMembers,
  firstMembers,
  newMember,
  resized,
  withMember,
  withoutMember,
} from './cluster-members.ts';

const names = (members: readonly { name: string }[]) => members.map(({ name }) => name).join(' ');

test('a new node takes the first free place and its name', () => {
  const members = withoutMember(firstMembers(4), 'node-2');
  assert.deepEqual(newMember(members), { name: 'node-2', index: 2 });
  assert.deepEqual(newMember(members, 'attic'), { name: 'attic', index: 2 });
});

test('a place whose name another node has is passed over', () => {
  const members = withMember(firstMembers(1), { name: 'node-2', index: 3 });
  assert.deepEqual(newMember(members), { name: 'node-4', index: 4 });
});

test('a name that cannot be one, is there, or is a process of the cluster is refused', () => {
  const members = firstMembers(2);
  assert.throws(() => newMember(members, 'Node 3'), /"Node 3" cannot be a node's name: /);
  assert.throws(() => newMember(members, 'node-2'), /there is a node "node-2" already/);
  assert.throws(() => newMember(members, 'balancer'), /a process of the cluster has it/);
  assert.throws(() => newMember(firstMembers(mostNodes)), /there can be \d+ nodes/);
});

test('another count keeps the nodes that are there, stopped ones too', () => {
  const members = withMember(withoutMember(firstMembers(3), 'node-1'), {
    ...{ name: 'node-2', index: 2, stopped: true },
  });
  assert.equal(names(resized(members, 1)), 'node-2');
  assert.equal(names(resized(members, 4)), 'node-1 node-2 node-3 node-4');
  assert.equal(resized(members, 4)[1]?.stopped, true);
});

test('what is damaged is not taken for members', () => {
  assert.ok(areMembers(firstMembers(3)));
  const damaged = [
    ...[undefined, {}, [null], [{ name: 'a' }], [{ name: 'A B', index: 1 }], [{ name: 'a', index: 0 }]],
    [
      { name: 'a', index: 1 },
      { name: 'b', index: 1 },
    ],
  ];
  for (const value of damaged) assert.equal(areMembers(value), false, JSON.stringify(value));
});
