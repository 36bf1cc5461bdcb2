// What every engine of the balancer promises, with real sockets. A driver runs this suite from its own test file.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { backupRules } from './lb/backups.ts';
import { balanceRules } from './lb/balance.ts';
import { checkRules } from './lb/checks.ts';
import { departureRules } from './lb/departure.ts';
import { edgeRules } from './lb/edge.ts';
import { faultRules } from './lb/faults.ts';
import { matrixRules } from './lb/matrix.ts';
import { persistenceRules } from './lb/persistence.ts';
import { queueRules } from './lb/queue.ts';
import { retryRules } from './lb/retries.ts';
import { routingRules } from './lb/routing.ts';
import { type Candidate, type Rule, rulesOf } from './lb/rules.ts';
import { sorryRules } from './lb/sorry.ts';
import { statisticsRules } from './lb/statistics.ts';
import { tcpRules } from './lb/tcp.ts';
import { tlsRules } from './lb/tls.ts';
import { wireRules } from './lb/wire.ts';

const topics: Readonly<Record<string, (rule: Rule) => void>> = {
  ...{ balance: balanceRules, checks: checkRules, retries: retryRules, queue: queueRules },
  ...{ persistence: persistenceRules, backups: backupRules, matrix: matrixRules, sorry: sorryRules },
  ...{ departure: departureRules, routing: routingRules, edge: edgeRules, TLS: tlsRules, TCP: tcpRules },
  ...{ 'on the wire': wireRules, statistics: statisticsRules, faults: faultRules },
};

/** `candidate.deviations` has the titles of rules that the engine cannot keep, with the reasons. `only`: these topics. */
export function lbEngineConformance(
  candidate: Candidate,
  only: readonly string[] = Object.keys(topics),
): void {
  const { name, workers } = candidate;
  const used = new Set<string>();
  const rule = rulesOf(candidate, used);
  for (const topic of only) {
    describe(`${name} with ${workers} workers, ${topic}`, () => topics[topic]?.(rule));
  }
  test(`${name} with ${workers} workers: every deviation is one of a rule that there is`, () => {
    const unknown = Object.keys(candidate.deviations).filter((title) => !used.has(title));
    assert.deepEqual(unknown, []);
  });
}
