// The log of a program that counts: it begins with 1 and leaves nothing out.

import assert from 'node:assert/strict';

/** A container command that prints 1, 2, 3 and so on: `count` lines, then it ends with `exitCode`; without a count it goes on for ever. */
export function counting(pauseSeconds: number, count?: number, exitCode = 0): string[] {
  const goesOn = count === undefined ? ':' : `[ $i -lt ${count} ]`;
  // A shell whose `sleep` is killed before it would say so, in the log that counts.
  const script = `exec 2>/dev/null; i=0; while ${goesOn}; do i=$((i+1)); echo $i; sleep ${pauseSeconds}; done; exit ${exitCode}`;
  return ['sh', '-c', script];
}

/** How far it got. */
export function lastNumber(log: string, whose: string): number {
  const lines = log.split('\n').slice(0, -1);
  const wrong = lines.findIndex((line, index) => line !== String(index + 1));
  assert.equal(
    wrong,
    -1,
    `line ${wrong + 1} of ${whose} is ${JSON.stringify(lines.slice(wrong - 2, wrong + 3))}`,
  );
  assert.ok(log === '' || log.endsWith('\n'), `the log of ${whose} ends in the middle of a line`);
  return lines.length;
}
