// What several drills came to, with the answers to the questions where they were asked: what all.json is made of.

import type { Answered } from '../evaluation/question.ts';
import type { Attempt } from '../run/run-several.ts';
import { inEnglish } from '../told.ts';
import type { DrillResult } from '../verdict/evidence.ts';

export interface AllResults {
  readonly attempts: readonly Attempt[];
  readonly answered?: readonly Answered[];
  /** Wall clock, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
}

/** Plain JSON. Each drill's own result.json has the rest. */
export function allJsonOf({ attempts, answered, startedAt, durationMs }: AllResults): object {
  return {
    ...{ startedAt: new Date(startedAt).toISOString(), durationMs: Math.round(durationMs) },
    drills: attempts.map(({ scenario: { name, area }, result, refused }) => ({
      ...{ drill: name, area, verdict: result?.verdict ?? 'not possible here' },
      reasons: inEnglish(result?.reasons ?? [refused]),
      ...(result ? { seed: result.seed, runs: measuredIn(result) } : {}),
    })),
    ...(answered
      ? {
          questions: answered.map(({ question: { id, group, text }, answer }) => ({
            id,
            group,
            text,
            ...{ answer: answer.answer, evidence: answer.evidence.en },
          })),
        }
      : {}),
  };
}

function measuredIn({ runs }: DrillResult): unknown {
  return inEnglish(runs.map(({ measured }) => ({ measured })));
}
