// One rule of the balancer as a test for one engine. What an engine cannot do is a deviation with its reason: it is tried all the same, and
// a deviation that no longer happens fails.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Subject } from '../../support/lb/engine-world.ts';

/** What comes of the same trouble is chance, for a reason that has to be said. Tried all the same: it may fail in this way only. */
export interface Chance {
  readonly sometimes: string;
  /** Matches the message of every such failure. */
  readonly as: RegExp;
}

/** By the title of the rule: why the engine does otherwise. */
export type Deviations = Readonly<Record<string, string | Chance>>;

export interface Candidate extends Subject {
  readonly deviations: Deviations;
}

type Run = (t: TestContext, subject: Subject) => Promise<void>;

export type Rule = (title: string, run: Run) => void;

/** Declares tests; `used` gathers the titles. */
export function rulesOf(candidate: Candidate, used: Set<string>): Rule {
  return (title, run) => {
    const deviation = candidate.deviations[title];
    used.add(title);
    if (deviation === undefined) test(title, (t) => run(t, candidate));
    else if (typeof deviation === 'string')
      test(`NOT SO HERE (${deviation}): ${title}`, (t) => deviates(t, candidate, run));
    else
      test(`NOT ALWAYS SO HERE (${deviation.sometimes}): ${title}`, (t) =>
        maySucceed(t, candidate, run, deviation));
  };
}

async function deviates(t: TestContext, candidate: Candidate, run: Run): Promise<void> {
  await assert.rejects(
    () => run(t, candidate),
    'the engine does as the rule says: take it out of the list of deviations',
  );
}

async function maySucceed(t: TestContext, candidate: Candidate, run: Run, { as }: Chance): Promise<void> {
  try {
    await run(t, candidate);
    t.diagnostic('this time it was so');
  } catch (error) {
    assert.match((error as Error).message, as, 'it fails otherwise than its deviation says');
    t.diagnostic('this time it was not so');
  }
}
