// What is made of an answer, wherever it comes from: values are taken out of it, it is judged and recorded, and what is to happen when it is
// not good happens.

import { extract } from '../../extractors/extract.ts';
import type { HttpAnswer, ResolvedRequest } from '../../http/http-exchange.ts';
import type { Assertion, Extractor, HttpStep, Stop } from '../../plan/http-step.ts';
import type { DebugStep } from '../../plan/plan.ts';
import { compileTemplate } from '../../values/compile-template.ts';
import type { Actor } from '../actor.ts';
import { deliver, type TransactionController } from '../controllers/transaction.ts';
import { stop } from '../leaves.ts';
import { judge, type Verdict } from './judge.ts';
import { makeSample, redirectSamples, type SampleOf } from './make-sample.ts';
import type { Prepared } from './preparation.ts';
import { namesSecret, redacted } from './redact.ts';
import { sampleDetail } from './sample-detail.ts';
import { isUnsent } from './unsent.ts';

export class SampleTaker {
  readonly #around: readonly TransactionController[];
  readonly #extractors: readonly Extractor[];
  readonly #assertions: readonly Assertion[];
  readonly #onFailure: readonly Stop[];
  readonly #looksAtBody: boolean;
  readonly #hasOneLabel: boolean;
  /** Its address or label has a variable that is called like a secret. */
  readonly #isTelling: boolean;
  /** Until the results tree has enough good ones of this label; asking for each costs. */
  #keepsGood = true;

  /** `around`: the transactions that the step stands in, the innermost first. */
  constructor(step: HttpStep | DebugStep, around: readonly TransactionController[]) {
    this.#around = around;
    this.#extractors = step.extractors;
    this.#assertions = step.assertions;
    this.#onFailure = step.onFailure ?? [];
    this.#looksAtBody = step.extractors.some(readsBody) || step.assertions.some(readsBody);
    this.#hasOneLabel = compileTemplate(step.name).isConstant;
    this.#isTelling = namesSecret(step.name) || (step.type === 'http' && namesSecret(step.request.path));
  }

  get wantsBody(): boolean {
    return this.#looksAtBody || this.#keepsGood;
  }

  /** Whether it looks at the status at most, and no transaction is told: takeStraight() is enough then. */
  get isStraight(): boolean {
    return (
      this.#around.length === 0 &&
      this.#extractors.length === 0 &&
      this.#assertions.every(({ type }) => type === 'status')
    );
  }

  async take(actor: Actor, request: ResolvedRequest, answer: HttpAnswer, of: Prepared): Promise<void> {
    actor.context.requestBody = request.body;
    for (const extractor of this.#extractors) await extract(extractor, answer, actor.context);
    this.#record(actor, request, answer, of, await judge(this.#assertions, answer, actor.context));
  }

  /** Without a promise as long as no assertion is one. */
  takeStraight(
    actor: Actor,
    request: ResolvedRequest,
    answer: HttpAnswer,
    of: Prepared,
  ): void | Promise<void> {
    const verdict = judge(this.#assertions, answer, actor.context);
    const record = (done: Verdict) => this.#record(actor, request, answer, of, done);
    return verdict instanceof Promise ? verdict.then(record) : record(verdict);
  }

  #record(
    actor: Actor,
    request: ResolvedRequest,
    answer: HttpAnswer,
    { label: name, dueAt }: Prepared,
    { success, failure, results }: Verdict,
  ): void {
    const { context } = actor;
    const label = this.#isTelling ? redacted(name, context.variables) : name;
    const of: SampleOf = {
      ...{ label, dueAt, success, user: context.user, group: context.group },
      // It may say what was looked for.
      failure: failure === undefined ? undefined : redacted(failure, context.variables),
      ...{ groupUsers: actor.groupUsers(), allUsers: actor.allUsers() },
    };
    let sample = makeSample(answer, of);
    if (this.#isTelling) sample = { ...sample, url: redacted(sample.url, context.variables) };
    if ((!success || this.#keepsGood) && this.#keeps(actor, label, success)) {
      const { variables } = context;
      const looked = { variables, assertions: results, below: redirectSamples(answer, of) };
      sample = { ...sample, detail: sampleDetail(request, answer, looked) };
    }
    if (isUnsent(answer)) sample = { ...sample, isUnsent: true };
    actor.lastSampleOk = success;
    deliver(actor, sample, this.#around);
    if (!success) this.#fail(actor);
  }

  #fail(actor: Actor): void {
    actor.failed();
    for (const what of this.#onFailure) stop(actor, what);
  }

  #keeps(actor: Actor, label: string, success: boolean): boolean {
    const isKept = actor.keepDetail(label, success);
    if (success && !isKept && this.#hasOneLabel) this.#keepsGood = false;
    return isKept;
  }
}

function readsBody(one: Extractor | Assertion): boolean {
  if (one.type === 'duration' || one.type === 'status') return false;
  if (one.type === 'size') return one.of === 'full' || one.of === 'body';
  if (one.type === 'json') return true;
  return one.field === 'body' || one.field === 'body-unescaped';
}
