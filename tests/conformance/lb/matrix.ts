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

/**
 * One rise without a step back, then one after the other leaves. Backups that die together with the primaries may never have been called, or as
 * those that were left; and those that are back first serve until the primaries are.
 */
function backupsComeAndGoOnce({ wanted, firstBackupMs }: Course, { calls, total = false }: Trouble): void {
  const told = `wanted: ${wanted.join()}`;
  const courses = untilNone(wanted);
  assert.ok(total ? courses.length <= 2 : courses.length === 1, told);
  for (const course of courses) {
    const most = Math.max(...course);
    const height = course.indexOf(most);
    assert.ok(total || most >= calls, told);
    const rise = course.slice(0, height + 1);
    assert.deepEqual(
      rise,
      rise.toSorted((a, b) => a - b),
      told,
    );
    assert.deepEqual(
      course.slice(height),
      Array.from({ length: most + 1 }, (_, left) => most - left),
      told,
    );
  }
  if (!total) assert.ok(firstBackupMs !== undefined, 'a backup has answered');
}

/** Each up to the moment at which none was wanted any more. */
function untilNone(wanted: readonly number[]): number[][] {
  const courses: number[][] = [];
  let course: number[] = [];
  for (const count of wanted) {
    course.push(count);
    if (count > 0) continue;
    courses.push(course);
    course = [];
  }
  return course.length > 0 ? [...courses, course] : courses;
}

function nothingIsLeftOver({ stranded, asked, requests, binned }: Course): void {
  assert.equal(stranded, 0);
  assert.equal(requests, asked.sent, 'every request is counted once');
  assert.equal(binned, requests, 'and is in one bin');
}
