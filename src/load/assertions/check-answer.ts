// Whether an answer is what the plan expects of it: prepares each assertion once, and asks it of the main sample, those below it, or both.

import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Assertion } from '../plan/http-step.ts';
import { subAnswers } from '../values/answer-text.ts';
import type { ValueContext } from '../values/value-context.ts';
import type { Check } from './check.ts';
import { durationCheck } from './duration-check.ts';
import { jsonCheck } from './json-check.ts';
import { responseCheck } from './response-check.ts';
import { sizeCheck } from './size-check.ts';
import { statusCheck } from './status-check.ts';

export interface AssertionResult {
  readonly name: string;
  /** Undefined: it holds. */
  readonly failure?: string;
}

interface Prepared {
  readonly check: Check;
  /** The same object for every answer that passes. */
  readonly passed: AssertionResult;
}

const prepared = new WeakMap<Assertion, Prepared>();

/** A promise only where a template of the assertion is one. */
export function checkAnswer(
  assertion: Assertion,
  answer: HttpAnswer,
  context: ValueContext,
): AssertionResult | Promise<AssertionResult> {
  let ready = prepared.get(assertion);
  if (ready === undefined) {
    ready = { check: checkOf(assertion), passed: { name: assertion.name } };
    prepared.set(assertion, ready);
  }
  const { check, passed } = ready;
  const result = (failure: string | undefined) =>
    failure === undefined ? passed : { name: assertion.name, failure };
  const failure =
    check.scope === 'main' ? check.failure(answer, context) : scopedFailure(check, answer, context);
  return failure instanceof Promise ? failure.then(result) : result(failure);
}

function checkOf(assertion: Assertion): Check {
  switch (assertion.type) {
    case 'response':
      return responseCheck(assertion);
    case 'duration':
      return durationCheck(assertion);
    case 'size':
      return sizeCheck(assertion);
    case 'json':
      return jsonCheck(assertion);
    case 'status':
      return statusCheck(assertion);
  }
}

async function scopedFailure(
  check: Check,
  answer: HttpAnswer,
  context: ValueContext,
): Promise<string | undefined> {
  const own = check.scope === 'all' ? await check.failure(answer, context) : undefined;
  if (own !== undefined) return own;
  for (const sub of subAnswers(answer)) {
    const isBad = check.ignoreStatus !== true && (sub.failure !== undefined || sub.status >= 400);
    // The last of a chain has all of it as its own: below, it is one answer.
    const alone = sub.redirectedFrom.length === 0 ? sub : { ...sub, redirectedFrom: [] };
    if (isBad || (await check.failure(alone, context)) !== undefined) return 'One or more sub-samples failed';
  }
  return undefined;
}
