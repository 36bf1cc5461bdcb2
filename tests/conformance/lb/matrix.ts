// Every trouble that backups are for, with hot and with cold ones: nobody gets an error, nothing is left over, and backups come and go once.

import assert from 'node:assert/strict';
import type { BackupRule } from '../../../src/lb/backup/activation.ts';
import { type Course, courseOf, type Trouble, troubles } from '../../support/lb/trouble.ts';
import type { Rule } from './rules.ts';

const quick: Omit<BackupRule, 'start'> = {
  ...{ whenReadyBelow: 1, whenBusyAbove: 0.9, busyForMs: 100, slowstart: false },
  ...{ releaseBusyBelow: 0.7, releaseAfterMs: 200 },
};

export function matrixRules(rule: Rule): void {
  for (const trouble of troubles) {
    for (const start of ['hot', 'cold'] as const) {
      rule(`${trouble.name}, ${start} backups`, async (t, subject) => {
        const course = await courseOf(t, subject, trouble, { ...quick, start });
        // A figure, not a verdict: machines differ.
        t.diagnostic(
          `first answer of a backup after ${course.firstBackupMs?.toFixed()} ms; wanted: ${course.wanted}`,
        );
        usersAreServed(course, trouble);
        backupsComeAndGoOnce(course, trouble);
        nothingIsLeftOver(course);
      });
    }
  }
}

function usersAreServed({ asked }: Course, { total = false }: Trouble): void {
  assert.deepEqual(asked.errors, []);
  assert.equal(asked.pages > 0, total, `${asked.pages} pages`);
}

/** One rise without a step back, then one after the other leaves. */
function backupsComeAndGoOnce({ wanted, firstBackupMs }: Course, { calls, total = false }: Trouble): void {
  const told = `wanted: ${wanted.join()}`;
  // Of backups that die together with the primaries some or all may never have been called.
  if (total && wanted.length === 0) return;
  const most = Math.max(...wanted);
  const height = wanted.indexOf(most);
  assert.ok(total || most >= calls, told);
  const rise = wanted.slice(0, height + 1);
  assert.deepEqual(
    rise,
    rise.toSorted((a, b) => a - b),
    told,
  );
  assert.deepEqual(
    wanted.slice(height),
    Array.from({ length: most + 1 }, (_, left) => most - left),
    told,
  );
  if (!total) assert.ok(firstBackupMs !== undefined, 'a backup has answered');
}

function nothingIsLeftOver({ stranded, asked, requests, binned }: Course): void {
  assert.equal(stranded, 0);
  assert.equal(requests, asked.sent, 'every request is counted once');
  assert.equal(binned, requests, 'and is in one bin');
}
