// Drills of applications and policies in which something is wrong, or with the drill itself, each with the verdict that it must have; and the
// same drills where nothing is. The files are in mistakes/.

import path from 'node:path';
import type { Verdict } from '../../../src/drill/verdict/evidence.ts';

export interface Mistake {
  readonly name: string;
  readonly verdict: Verdict;
  /** Of one of the reasons. */
  readonly reason?: RegExp;
}

/** Something is wrong with the application or its policy. */
export const mistakesOfPolicies: readonly Mistake[] = [
  { name: 'no-check', verdict: 'fail', reason: /availability|trafficRto/ },
  { name: 'wrong-probe', verdict: 'fail', reason: /availability|trafficRto/ },
  { name: 'no-backup', verdict: 'fail', reason: /availability|sorryShare/ },
  { name: 'one-replica', verdict: 'fail', reason: /availability/ },
  { name: 'no-drain', verdict: 'fail', reason: /failedRequests/ },
];

/** Something is wrong with the drill. */
export const mistakesOfDrills: readonly Mistake[] = [
  { name: 'hits-nobody', verdict: 'inconclusive', reason: /the victims of replica-kill had answered/ },
  { name: 'does-nothing', verdict: 'inconclusive', reason: /command was not proven/ },
  { name: 'weak-generator', verdict: 'inconclusive', reason: /generator was saturated/ },
  { name: 'too-few-samples', verdict: 'inconclusive', reason: /samples while replica-freeze lasted/ },
];

export const noMistakes: readonly Mistake[] = [
  { name: 'good-freeze', verdict: 'pass' },
  { name: 'good-backups', verdict: 'pass' },
  { name: 'good-replicas', verdict: 'pass' },
  { name: 'good-rollout', verdict: 'pass' },
];

/** Absolute. */
export function mistakeFile(name: string): string {
  return path.join(import.meta.dirname, 'mistakes', `${name}.yml`);
}
