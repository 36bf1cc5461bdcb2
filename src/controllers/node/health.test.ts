import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NodeHealth } from './health.ts';

const names = ['a', 'b', 'c', 'd', 'e'];

function makeHealth(now = 0) {
  const health = new NodeHealth({ lostAfterMs: 4000, stallMs: 1250 });
  health.look(names, now);
  return health;
}

/** Looks every 250 ms; `living` renew at every look. */
function pass(health: NodeHealth, from: number, to: number, living: readonly string[], all = names) {
  let verdict = health.look(all, from);
  for (let now = from + 250; now <= to; now += 250) {
    for (const name of living) health.heard(name, 'lease', `renewed at ${now}`, now);
    verdict = health.look(all, now);
  }
  return verdict;
}

test('a node looks lost after the period and not before', () => {
  const health = makeHealth();
  const others = names.slice(1);
  assert.deepEqual([...pass(health, 0, 3750, others).lost], []);
  assert.deepEqual([...pass(health, 3750, 4000, others).lost], ['a']);
});

test('a lease that comes again unchanged is no sign of life', () => {
  const health = makeHealth();
  for (let now = 0; now <= 4000; now += 250) {
    health.heard('a', 'lease', 'always the same', now);
    health.look(['a', 'b'], now);
  }
  assert.ok(health.look(['a', 'b'], 4000).lost.has('a'));
});

test('a node that is heard of again is not lost any more', () => {
  const health = makeHealth();
  pass(health, 0, 5000, names.slice(1));
  health.heard('a', 'lease', 'back', 5100);
  assert.equal(health.look(names, 5100).lost.size, 0);
});

test('after a stall of the listener everybody gets a full period', () => {
  const health = makeHealth();
  pass(health, 0, 3750, []);
  assert.equal(health.look(names, 3750 + 60_000).lost.size, 0);
  assert.equal(pass(health, 63_750, 67_500, []).lost.size, 0);
  assert.equal(pass(health, 67_500, 67_750, []).lost.size, 5);
});

test('few lost nodes are no outage; more than half of three or more, or all, are', () => {
  const outage = (lost: number, total: number) => {
    const all = Array.from({ length: total }, (_, index) => `n${index}`);
    const health = new NodeHealth({ lostAfterMs: 4000, stallMs: 1250 });
    health.look(all, 0);
    return pass(health, 0, 4000, all.slice(lost), all).outage;
  };
  assert.equal(outage(0, 3), 'none');
  assert.equal(outage(1, 2), 'none');
  assert.equal(outage(1, 3), 'none');
  assert.equal(outage(2, 4), 'none');
  assert.equal(outage(2, 3), 'most');
  assert.equal(outage(3, 5), 'most');
  assert.equal(outage(1, 1), 'all');
  assert.equal(outage(2, 2), 'all');
  assert.equal(outage(3, 3), 'all');
});

test('a forgotten node counts from anew', () => {
  const health = makeHealth();
  pass(health, 0, 3750, names.slice(1));
  health.forget('a');
  assert.equal(health.look(names, 4000).lost.size, 0);
});
