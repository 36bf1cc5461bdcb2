// When a request may be sent a second time: never once the client has seen a byte of an answer, and never if it might be done twice.

import type { Observation } from './embedded/dispatch.ts';
import type { Retries } from './model.ts';

export interface FailedTry {
  readonly method: string;
  readonly seen: Observation['type'];
  /** A byte of an answer has gone to the client. */
  readonly answerBegun: boolean;
  /** All that was read of the request is still here. */
  readonly replayable: boolean;
  /** How often it was sent again before. */
  readonly retries: number;
}

/** RFC 9110 section 9.2.2; methods are case-sensitive. */
const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

export function isIdempotent(method: string): boolean {
  return idempotentMethods.has(method);
}

/** Whether it is sent again. A server that answered has answered, whatever its status. */
export function mayRetry(failed: FailedTry, rule: Retries): boolean {
  if (failed.answerBegun || !failed.replayable || failed.retries >= rule.attempts) return false;
  if (failed.seen === 'answered' || failed.seen === 'unused') return false;
  const wasNeverSent = failed.seen === 'refused' || failed.seen === 'silent';
  return wasNeverSent || isIdempotent(failed.method);
}
