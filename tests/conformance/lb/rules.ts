// One rule of the balancer as a test for one engine. What an engine cannot do is a deviation with its reason: it is tried all the same, and
// a deviation that no longer happens fails.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Subject } from '../../support/lb/engine-world.ts';

/** By the title of the rule: why the engine does otherwise. */
export type Deviations = Readonly<Record<string, string>>;

export interface Candidate extends Subject {
  readonly deviations: Deviations;
}

export type Rule = (title: string, run: (t: TestContext, subject: Subject) => Promise<void>) => void;

/** Declares tests; `used` gathers the titles. */
export function rulesOf(candidate: Candidate, used: Set<string>): Rule {
  return (title, run) => {
    const reason = candidate.deviations[title];
    used.add(title);
    if (reason === undefined) test(title, (t) => run(t, candidate));
    else test(`NOT SO HERE (${reason}): ${title}`, (t) => deviates(t, candidate, run));
  };
}

async function deviates(
  t: TestContext,
  candidate: Candidate,
  run: (t: TestContext, subject: Subject) => Promise<void>,
): Promise<void> {
  await assert.rejects(
    () => run(t, candidate),
    'the engine does as the rule says: take it out of the list of deviations',
  );
}
