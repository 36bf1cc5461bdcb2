// What holds of the activation rule for every rule, every history and every measure.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type BackupDecision,
  type BackupMeasure,
  type BackupRule,
  type BackupState,
  decideBackups,
  initialBackupState,
} from './activation.ts';

const share = fc.integer({ min: 0, max: 20 }).map((twentieths) => twentieths / 20);
const busyShare = fc.integer({ min: 5, max: 20 }).map((twentieths) => twentieths / 20);
const anyRule: fc.Arbitrary<BackupRule> = fc.record({
  ...{ whenReadyBelow: share, whenBusyAbove: busyShare, releaseBusyBelow: share },
  ...{ busyForMs: fc.constantFrom(0, 1, 300), releaseAfterMs: fc.constantFrom(0, 1, 1_000) },
  ...{ start: fc.constantFrom('hot' as const, 'cold' as const), slowstart: fc.boolean() },
});

const limit = fc.constantFrom(1, 2, 10, Number.POSITIVE_INFINITY);
const anyMeasure: fc.Arbitrary<BackupMeasure> = fc
  .record({
    ...{ primaries: fc.nat(4), expected: fc.nat(4), demand: fc.nat(80), maxconn: fc.constantFrom(1, 10, 0) },
    ...{ backupCapacity: fc.array(limit, { maxLength: 5 }), backupsAtMost: fc.constantFrom(undefined, 3, 8) },
  })
  .map(({ maxconn, ...measure }) => ({
    ...measure,
    backups: measure.backupCapacity.length,
    capacity: maxconn === 0 ? undefined : maxconn * measure.primaries,
  }));

const anyStep = fc.record({ afterMs: fc.constantFrom(0, 1, 100, 300, 1_000, 5_000), measure: anyMeasure });
const anyHistory = fc.array(anyStep, { maxLength: 25 });
type Step = { readonly afterMs: number; readonly measure: BackupMeasure };

/** The decisions of a history; each with the state before it. */
function lived(rule: BackupRule, history: readonly Step[]) {
  let [state, now] = [initialBackupState, 0];
  return history.map(({ afterMs, measure }) => {
    now += afterMs;
    const before = state;
    const decision = decideBackups(rule, before, measure, now);
    state = decision.state;
    return { before, measure, decision, now };
  });
}

function afterwards(rule: BackupRule, history: readonly Step[]): { state: BackupState; now: number } {
  const last = lived(rule, history).at(-1);
  return last ? { state: last.decision.state, now: last.now } : { state: initialBackupState, now: 0 };
}

/** Decides whenever it is due, with one measure, until nothing is due any more. */
function settled(rule: BackupRule, start: BackupState, measure: BackupMeasure, startMs: number) {
  const decisions: BackupDecision[] = [decideBackups(rule, start, measure, startMs)];
  for (let left = 500; left > 0; left--) {
    const { state, dueAtMs } = decisions.at(-1) as BackupDecision;
    if (dueAtMs === undefined) return decisions;
    decisions.push(decideBackups(rule, state, measure, dueAtMs));
  }
  return assert.fail(`still changing: ${JSON.stringify(decisions.slice(-3))}`);
}

/** By trying: the fewest backups with which nothing is missing and demand is not too high. Undefined: no number does. */
function fewest(rule: BackupRule, measure: BackupMeasure): number | undefined {
  const { primaries, expected, backupCapacity, demand, backups } = measure;
  const own = primaries === 0 ? 0 : (measure.capacity ?? Number.POSITIVE_INFINITY);
  for (let count = 0; count <= backups; count++) {
    const capacity = backupCapacity.slice(0, count).reduce((sum, one) => sum + one, own);
    const isReady = primaries + count >= rule.whenReadyBelow * expected - 1e-6 && primaries + count > 0;
    const isCarried = demand === 0 || demand <= rule.whenBusyAbove * capacity + 1e-6;
    if (isReady && isCarried) return count;
  }
  return undefined;
}

test('never more serve than there are, nor than are wanted, nor are more wanted than there can be', () => {
  fc.assert(
    fc.property(anyRule, anyHistory, (rule, history) => {
      for (const { decision, measure, before } of lived(rule, history)) {
        assert.ok(decision.active >= 0 && Number.isInteger(decision.active));
        assert.equal(decision.active, Math.min(decision.wanted, measure.backups));
        const most = measure.backupsAtMost ?? (rule.start === 'hot' ? measure.backups : Infinity);
        assert.ok(decision.wanted <= Math.max(most, before.wanted));
      }
    }),
  );
});

test('what is left after the times is the fewest that are needed, from nothing', () => {
  fc.assert(
    fc.property(anyRule, anyMeasure, (rule, measure) => {
      const hot: BackupRule = { ...rule, start: 'hot' };
      const decision = settled(hot, initialBackupState, { ...measure, backupsAtMost: undefined }, 0).at(-1);
      assert.equal(decision?.active, fewest(hot, measure) ?? measure.backups);
    }),
  );
});

test('a measure that stays the same comes to rest, and on its way only adds or only takes away', () => {
  fc.assert(
    fc.property(anyRule, anyHistory, anyMeasure, (rule, history, measure) => {
      const { state, now } = afterwards(rule, history);
      const wanted = settled(rule, state, measure, now).map((decision) => decision.wanted);
      const steps = wanted.map((count, index) => count - (wanted[index - 1] ?? state.wanted));
      assert.ok(steps.every((step) => step >= 0) || steps.every((step) => step <= 0), wanted.join(' '));
    }),
  );
});

test('deciding more often than needed changes nothing but the way', () => {
  fc.assert(
    fc.property(anyRule, anyMeasure, fc.integer({ min: 7, max: 90 }), (rule, measure, everyMs) => {
      const atEnd = settled(rule, initialBackupState, measure, 0).at(-1)?.wanted;
      const history = Array.from({ length: 100 }, () => ({ afterMs: everyMs, measure }));
      const often = lived(rule, history).at(-1)?.decision.wanted;
      assert.equal(often, atEnd);
    }),
  );
});

test('one that leaves is not needed, and what it leaves behind could leave it for good', () => {
  fc.assert(
    fc.property(anyRule, anyHistory, (rule, history) => {
      for (const { before, decision, measure, now } of lived(rule, history)) {
        if (decision.wanted >= before.wanted) continue;
        assert.equal(decision.wanted, before.wanted - 1, 'one at a time');
        const later = settled(rule, decision.state, measure, now).map((next) => next.wanted);
        assert.ok(Math.max(...later) <= decision.wanted, 'it would have to come back');
      }
    }),
  );
});

test('one leaves only after demand was low without it for the whole time', () => {
  fc.assert(
    fc.property(anyRule, anyHistory, (rule, history) => {
      const steps = lived(rule, history);
      steps.forEach(({ before, decision, now }, index) => {
        if (decision.wanted >= before.wanted) return;
        const changed = steps.slice(0, index).findLast((step) => step.decision.wanted !== step.before.wanted);
        assert.ok(now - (changed?.now ?? 0) >= rule.releaseAfterMs);
      });
    }),
  );
});

test('more demand never means fewer backups, at any moment of a history', () => {
  fc.assert(
    fc.property(anyRule, anyHistory, fc.array(fc.nat(30), { maxLength: 25 }), (rule, history, extra) => {
      const busier = history.map(({ afterMs, measure }, index) => ({
        afterMs,
        measure: { ...measure, demand: measure.demand + (extra[index] ?? 0) },
      }));
      const [less, more] = [lived(rule, history), lived(rule, busier)];
      less.forEach(({ decision }, index) => {
        assert.ok(decision.wanted <= (more[index]?.decision.wanted as number), `at step ${index}`);
      });
    }),
  );
});

test('demand that rises and falls once calls in each at most once', () => {
  const course = fc.tuple(fc.array(fc.nat(80), { maxLength: 20 }), fc.array(fc.nat(80), { maxLength: 20 }));
  fc.assert(
    fc.property(anyRule, anyMeasure, course, (rule, measure, [rise, fall]) => {
      const demands = [...rise.toSorted((a, b) => a - b), ...fall.toSorted((a, b) => b - a)];
      const history = demands.map((demand) => ({ afterMs: 200, measure: { ...measure, demand } }));
      const wanted = lived(rule, history).map(({ decision }) => decision.wanted);
      const top = wanted.indexOf(Math.max(...wanted));
      const sorted = [
        ...wanted.slice(0, top).toSorted((a, b) => a - b),
        ...wanted.slice(top).toSorted((a, b) => b - a),
      ];
      assert.deepEqual(wanted, sorted);
    }),
  );
});

test('a lost primary never means fewer backups', () => {
  fc.assert(
    fc.property(anyRule, anyMeasure, (rule, measure) => {
      fc.pre(measure.primaries > 0);
      const each = measure.capacity === undefined ? undefined : measure.capacity / measure.primaries;
      const primaries = measure.primaries - 1;
      // The size of backups that are not there is not guessed from the primaries here: it would change with them.
      const known = { ...measure, nextCapacity: 10 };
      const fewer = { ...known, primaries, capacity: each === undefined ? undefined : each * primaries };
      const wanted = (one: BackupMeasure) =>
        settled(rule, initialBackupState, one, 0).at(-1)?.wanted as number;
      assert.ok(wanted(fewer) >= wanted(known));
    }),
  );
});
