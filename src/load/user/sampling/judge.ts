// Whether an answer is a good sample: its status, then the assertions in their order.

import { type AssertionResult, checkAnswer } from '../../assertions/check-answer.ts';
import { Answer } from '../../http/answer.ts';
import type { HttpAnswer } from '../../http/http-exchange.ts';
import type { Assertion } from '../../plan/http-step.ts';
import type { Sample } from '../../sample.ts';
import type { ValueContext } from '../../values/value-context.ts';

export interface Verdict {
  readonly success: boolean;
  /** What the first assertion that failed says. */
  readonly failure: string | undefined;
  readonly results: readonly AssertionResult[];
}

const good: Verdict = { success: true, failure: undefined, results: [] };
const bad: Verdict = { success: false, failure: undefined, results: [] };

/** Without an assertion. JMeter takes 200 to 399 for good. */
export function isGoodStatus({ status, failure }: HttpAnswer): boolean {
  return failure === undefined && status >= 200 && status < 400;
}

/** A promise only where an assertion is one. */
export function judge(
  assertions: readonly Assertion[],
  answer: HttpAnswer,
  context: ValueContext,
): Verdict | Promise<Verdict> {
  if (assertions.length === 0) return isGoodStatus(answer) ? good : bad;
  const saysStatus = assertions.some(({ type }) => type === 'status');
  const isGood = answer.failure === undefined && (saysStatus || isGoodStatus(answer));
  return judgeAs(isGood, assertions, answer, context);
}

/** A sample that comes instead of those in it. JMeter looks at it too: without address, head and body, with the bytes of all of them. */
export function judgeTransaction(
  assertions: readonly Assertion[],
  sample: Sample,
  context: ValueContext,
): Verdict | Promise<Verdict> {
  if (assertions.length === 0) return sample.success ? good : bad;
  return judgeAs(sample.success, assertions, answerOf(sample), context);
}

function judgeAs(
  isGood: boolean,
  assertions: readonly Assertion[],
  answer: HttpAnswer,
  context: ValueContext,
): Verdict | Promise<Verdict> {
  const results = assertions.map((assertion) => checkAnswer(assertion, answer, context));
  if (results.some((result) => result instanceof Promise)) {
    return Promise.all(results).then((done) => verdictOf(isGood, assertions, answer, done));
  }
  return verdictOf(isGood, assertions, answer, results as AssertionResult[]);
}

function verdictOf(
  isGood: boolean,
  assertions: readonly Assertion[],
  answer: HttpAnswer,
  results: readonly AssertionResult[],
): Verdict {
  let success = isGood;
  for (const [at, { failure }] of results.entries()) {
    const assertion = assertions[at];
    // As in JMeter it makes good also what failed before it. What the end of the run cut off stays bad.
    if (assertion?.type === 'response' && assertion.ignoreStatus) success = !answer.failure?.isCut;
    if (failure !== undefined) success = false;
  }
  const failure = results.find((result) => result.failure !== undefined)?.failure;
  return { success, failure, results };
}

function answerOf({ code, message, startedAt, elapsedMs, bytes, sentBytes }: Sample): HttpAnswer {
  const answer = new Answer('', '', startedAt, undefined, '');
  answer.status = Number(code) || 0;
  answer.message = message;
  answer.elapsedMs = elapsedMs;
  answer.bodyBytes = bytes;
  answer.sentBytes = sentBytes;
  return answer;
}
