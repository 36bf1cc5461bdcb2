import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  beginTrial,
  ejectedFor,
  type HealthState,
  healthChange,
  initialHealth,
  isHealthy,
  isTrialDue,
  mayEjectForStatus,
  noteCheck,
  noteTraffic,
  settle,
} from './ejection.ts';
import type { Observation } from './embedded/dispatch.ts';

const observe = { failures: 3, ejectForMs: 2_000, maxEjected: 0.5 };
const check = { rise: 2, fall: 3 };
const status = (code: number): Observation => ({ type: 'answered', status: code });
const seen = (type: Exclude<Observation['type'], 'answered'>): Observation => ({ type });
const [fine, broken] = [status(200), status(500)];

function after(observations: readonly Observation[], start = initialHealth(), atMs = 0): HealthState {
  return observations.reduce((health, one) => noteTraffic(health, one, observe, atMs), start);
}

function checked(results: readonly boolean[], start: HealthState, atMs = 0): HealthState {
  return results.reduce((health, isGood) => noteCheck(health, isGood, check, atMs), start);
}

test('a refused connection ejects at once', () => {
  const health = after([seen('refused')]);
  assert.equal(isHealthy(health), false);
  assert.equal(health.ejected, ejectedFor.connect);
  assert.equal(healthChange(initialHealth(), health), 'ejected');
});

test('failures eject when there were enough of them in a row', () => {
  for (const one of [
    seen('silent'),
    seen('reset'),
    seen('truncated'),
    seen('timeout'),
    broken,
    status(503),
  ]) {
    assert.equal(isHealthy(after([one, one])), true, JSON.stringify(one));
    assert.equal(isHealthy(after([one, one, one])), false, JSON.stringify(one));
    assert.equal(isHealthy(after([one, one, fine, one, one])), true, 'a good answer between them');
  }
  assert.equal(isHealthy(after([broken, seen('timeout'), broken])), false, 'of different kinds');
});

test('what says nothing of the server counts neither way', () => {
  for (const one of [seen('idle'), seen('unused')]) {
    const health = initialHealth();
    assert.equal(after([one, one, one, one], health), health);
    assert.equal(isHealthy(after([broken, one, broken, one, broken])), false);
  }
});

test('statuses below 500, 501 and 505 are answers of a healthy server', () => {
  for (const code of [101, 204, 404, 499, 501, 505]) {
    const health = after([broken, broken, status(code)]);
    assert.deepEqual([isHealthy(health), health.failures], [true, 0], `${code}`);
  }
});

test('a healthy server that answers is the same object: nothing has to be written', () => {
  const health = initialHealth();
  assert.equal(noteTraffic(health, fine, observe, 1), health);
});

test('answers 5xx eject no more than a share of the servers', () => {
  const may = (out: number, servers: number, maxEjected = 0.5) =>
    mayEjectForStatus(out, servers, { maxEjected });
  assert.deepEqual(
    [may(0, 1), may(0, 2), may(1, 2), may(0, 3), may(1, 3), may(1, 4)],
    [...[false, true, false], ...[true, false, true]],
  );
  assert.equal(may(28, 100, 0.29), true);
  assert.deepEqual([may(0, 9, 0), may(8, 9, 1)], [false, true]);
});

test('one that may not go yet goes with the next failure when it may', () => {
  let health = initialHealth();
  for (let count = 0; count < 9; count++) health = noteTraffic(health, broken, observe, 0, false);
  assert.deepEqual([isHealthy(health), health.failures], [true, 3]);
  assert.equal(isHealthy(noteTraffic(health, broken, observe, 0, true)), false);
  assert.equal(
    isHealthy(noteTraffic(health, seen('timeout'), observe, 0, false)),
    false,
    'only 5xx are limited',
  );
});

test('answers to requests from before change nothing of an ejected server', () => {
  const out = after([seen('refused')]);
  for (const one of [fine, broken, seen('refused')]) assert.equal(noteTraffic(out, one, observe, 500), out);
});

test('with checks it comes back after enough good ones and enough time, whichever is later', () => {
  const out = after([seen('refused')]);
  assert.equal(isHealthy(checked([true, true, true], out, 1_999)), false, 'too early');
  assert.equal(isHealthy(checked([true], out, 9_000)), false, 'too few');
  assert.equal(isHealthy(checked([true, false, true], out, 9_000)), false, 'not in a row');
  assert.equal(isHealthy(checked([false, true, true], out, 9_000)), true);

  const waits = checked([true, true], out, 100);
  assert.equal(settle(waits, check, 1_999), waits);
  const back = settle(waits, check, 2_000);
  assert.equal(isHealthy(back), true);
  assert.equal(healthChange(waits, back), 'back');
});

test('without checks one request decides after the time', () => {
  const out = after([seen('refused')]);
  assert.equal(settle(out, undefined, 9_000), out);
  assert.deepEqual([isTrialDue(out, 1_999), isTrialDue(out, 2_000)], [false, true]);
  const trial = beginTrial(out);
  assert.equal(isTrialDue(trial, 9_000), false, 'one at a time');
  assert.equal(isHealthy(after([fine], trial, 9_000)), true);

  const failed = after([broken], trial, 9_000);
  assert.deepEqual([isTrialDue(failed, 10_999), isTrialDue(failed, 11_000)], [false, true]);
  const unused = after([seen('unused')], trial, 9_000);
  assert.equal(isTrialDue(unused, 9_000), true, 'a trial that was none');
});

test('checks take a server out after fall failures, and in after rise good ones', () => {
  const up = checked([true], initialHealth(check));
  assert.equal(checked([false, false], up).up, 1);
  assert.equal(checked([false, false, true, false, false], up).up, 1);
  const down = checked([false, false, false], up);
  assert.deepEqual([down.up, healthChange(up, down)], [0, 'down']);
  assert.equal(checked([true], down).up, 0);
  assert.equal(checked([true, false, true], down).up, 0);
  const again = checked([true, true], down);
  assert.deepEqual([again.up, healthChange(down, again)], [1, 'up']);
});

test('a server that was never seen up is down with its first failed check', () => {
  assert.equal(checked([false], initialHealth(check)).up, 0);
  assert.equal(initialHealth(check).up, 1);
});

test('a server that is down and ejected is healthy only when both are over', () => {
  const down = checked([false, false, false], after([seen('refused')], initialHealth(check)));
  assert.equal(down.up, 0);
  const up = checked([true, true], down, 500);
  assert.deepEqual([up.up, isHealthy(up)], [1, false]);
  assert.equal(isHealthy(settle(up, check, 2_000)), true);
});

test('whatever happens, numbers stay in their ranges and good times bring every server back', () => {
  const traffic = fc.constantFrom<Observation>(
    fine,
    broken,
    seen('refused'),
    seen('timeout'),
    seen('unused'),
  );
  const step = fc.oneof(traffic, fc.boolean());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let [health, now] = [initialHealth(check), 0];
      for (const one of steps) {
        now += 300;
        health =
          typeof one === 'boolean'
            ? noteCheck(health, one, check, now)
            : noteTraffic(health, one, observe, now);
        assert.ok(health.failures < observe.failures);
        assert.ok(health.progress < Math.max(check.rise, check.fall) && health.goodChecks <= check.rise);
      }
      assert.equal(isHealthy(checked([true, true, true, true], health, now + observe.ejectForMs)), true);
    }),
  );
});
