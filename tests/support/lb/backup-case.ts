// Cases of the activation rule: what is measured when, and how many backups then serve.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BackupMeasure,
  type BackupRule,
  decideBackups,
  initialBackupState,
} from '../../../src/lb/backup/activation.ts';

/** The rule of cases that name none. */
export const rule: BackupRule = {
  ...{ whenReadyBelow: 1, whenBusyAbove: 0.9, busyForMs: 300 },
  ...{ releaseBusyBelow: 0.7, releaseAfterMs: 10_000, start: 'hot', slowstart: false },
};

/** What is not named is: 3 primaries, 3 expected, 3 backups, each for 10 requests at once, nothing to do. */
export interface Situation {
  readonly primaries?: number;
  readonly expected?: number;
  readonly backups?: number;
  readonly demand?: number;
  /** Of each server; 'none': no limit. */
  readonly maxconn?: number | 'none';
  readonly more?: Partial<BackupMeasure>;
}

export interface BackupCase {
  readonly title: string;
  readonly rule?: Partial<BackupRule>;
  /** At a time, a situation, and how many then serve; where more are wanted, both. */
  readonly steps: readonly (readonly [
    atMs: number,
    Situation,
    number | { active: number; wanted: number },
  ])[];
}

export function measured({ maxconn = 10, more, ...situation }: Situation): BackupMeasure {
  const { primaries, expected, backups, demand } = {
    ...{ primaries: 3, expected: 3, backups: 3, demand: 0 },
    ...situation,
  };
  const capacity = maxconn === 'none' ? undefined : primaries * maxconn;
  const each = maxconn === 'none' ? Number.POSITIVE_INFINITY : maxconn;
  return {
    ...{ primaries, expected, backups, demand, capacity },
    ...{ backupCapacity: Array.from({ length: backups }, () => each) },
    ...more,
  };
}

/** One test for each. */
export function testBackups(cases: readonly BackupCase[]): void {
  for (const { title, rule: changed, steps } of cases) {
    test(`backups: ${title}`, () => {
      let state = initialBackupState;
      for (const [atMs, situation, expected] of steps) {
        const decision = decideBackups({ ...rule, ...changed }, state, measured(situation), atMs);
        const { active, wanted } = decision;
        const told = typeof expected === 'number' ? { active: expected, wanted: expected } : expected;
        assert.deepEqual({ active, wanted }, told, `at ${atMs} ms`);
        state = decision.state;
      }
    });
  }
}
