// A request of the plan, or what stands in its place and is not sent, carried out by users: timers, request, extractors, assertions, sample.

import { extract } from '../../extractors/extract.ts';
import type { HttpAnswer, ResolvedRequest } from '../../http/http-exchange.ts';
import type { Assertion, Extractor, HttpStep, Stop } from '../../plan/http-step.ts';
import type { DebugStep } from '../../plan/plan.ts';
import { type CompiledTemplate, compileTemplate } from '../../values/compile-template.ts';
import type { ValueContext } from '../../values/value-context.ts';
import type { Actor } from '../actor.ts';
import { deliver, type TransactionController } from '../controllers/transaction.ts';
import { breath, type Leaf } from '../controllers/walk.ts';
import type { Parameters } from '../iteration/parameters.ts';
import { stop } from '../leaves.ts';
import type { UserTimer } from '../timers/timer.ts';
import { waitFor } from '../timers/wait.ts';
import type { CompiledRequest } from './compiled-request.ts';
import { DebugAnswer } from './debug-answer.ts';
import { judge, type Verdict } from './judge.ts';
import { makeSample, redirectSamples, type SampleOf } from './make-sample.ts';
import { namesSecret, redacted } from './redact.ts';
import { sampleDetail } from './sample-detail.ts';
import { isOfFile, nothing, unsent } from './unsent.ts';

export interface HttpLeafParts {
  readonly request: CompiledRequest | DebugAnswer;
  readonly timers: readonly UserTimer[];
  readonly parameters: readonly Parameters[];
  /** The transactions it stands in, the innermost first. */
  readonly around: readonly TransactionController[];
}

export class HttpLeaf implements Leaf {
  readonly kind = 'leaf';
  readonly #parts: HttpLeafParts;
  readonly #label: CompiledTemplate;
  readonly #extractors: readonly Extractor[];
  readonly #assertions: readonly Assertion[];
  readonly #isSent: boolean;
  readonly #onFailure: readonly Stop[];
  readonly #looksAtBody: boolean;
  /** Its address or label has a variable that is called like a secret. */
  readonly #isTelling: boolean;
  /** Until the results tree has enough good ones of this label; asking for each costs. */
  #keepsGood = true;

  constructor(step: HttpStep | DebugStep, parts: HttpLeafParts) {
    this.#parts = parts;
    this.#isSent = step.type === 'http';
    this.#label = compileTemplate(step.name);
    this.#isTelling = namesSecret(step.name) || (step.type === 'http' && namesSecret(step.request.path));
    this.#extractors = step.extractors;
    this.#assertions = step.assertions;
    this.#onFailure = step.onFailure ?? [];
    this.#looksAtBody = step.extractors.some(readsBody) || step.assertions.some(readsBody);
  }

  /** Nothing but sending and looking at the status: a user may do it without asking for anything else in between. */
  get isStraight(): boolean {
    const { request, timers, parameters, around } = this.#parts;
    const lists = [timers, parameters, around, this.#extractors];
    return (
      request.isConstant &&
      this.#label.isConstant &&
      lists.every((list) => list.length === 0) &&
      this.#assertions.every(({ type }) => type === 'status')
    );
  }

  get wantsBody(): boolean {
    return this.#looksAtBody || this.#keepsGood;
  }

  async carryOut(actor: Actor): Promise<void> {
    const parametersSet = actor.setParameters();
    if (parametersSet) await parametersSet;
    for (const parameters of this.#parts.parameters) await parameters.set(actor.context, actor.index);
    const waited = await waitFor(this.#parts.timers, actor);
    if (waited === undefined || !actor.isRunning) return;
    const soon = this.#label.evaluate(actor.context);
    const label = typeof soon === 'string' ? soon : await soon;
    actor.context.label = label;
    const exchange = await this.#exchange(actor);
    if (exchange === undefined) return;
    const { request, answer } = exchange;
    actor.readyAt = answer.startedAt + answer.elapsedMs;
    const dueAt = this.#isSent ? waited.dueAt : handedOn(actor, waited.dueAt);
    if (!answer.isCached) await this.#finish(actor, request, answer, { label, dueAt });
    if (answer.status === 0 || answer.isCached) await breath();
  }

  /** Undefined: the user was stopped before. A file that it cannot read is a failure of its own, as with JMeter. */
  async #exchange(actor: Actor): Promise<{ request: ResolvedRequest; answer: HttpAnswer } | undefined> {
    const { request: made } = this.#parts;
    if (made instanceof DebugAnswer) {
      return { request: nothing, answer: made.answer(actor.context, actor.now()) };
    }
    try {
      const request = await resolved(made, actor);
      if (request === undefined) return undefined;
      return { request, answer: await actor.send(request, this.wantsBody) };
    } catch (error) {
      if (!isOfFile(error)) throw error;
      actor.notSent();
      return { request: nothing, answer: unsent(error.message, actor.now()) };
    }
  }

  /** Of a leaf that is straight: the one request that it sends. */
  straightRequest(context: ValueContext): ResolvedRequest | Promise<ResolvedRequest> {
    return (this.#parts.request as CompiledRequest).resolve(context);
  }

  /** Of a leaf that is straight: everything behind the answer; without a promise as long as no assertion is one. */
  takeStraight(
    actor: Actor,
    request: ResolvedRequest,
    answer: HttpAnswer,
    dueAt: number | undefined,
  ): void | Promise<void> {
    const label = this.#label.evaluate(actor.context) as string;
    const verdict = judge(this.#assertions, answer, actor.context);
    const record = (done: Verdict) => this.#record(actor, request, answer, { label, dueAt, verdict: done });
    return verdict instanceof Promise ? verdict.then(record) : record(verdict);
  }

  async #finish(
    actor: Actor,
    request: ResolvedRequest,
    answer: HttpAnswer,
    { label, dueAt }: { label: string; dueAt: number | undefined },
  ): Promise<void> {
    actor.context.requestBody = request.body;
    for (const extractor of this.#extractors) await extract(extractor, answer, actor.context);
    const verdict = await judge(this.#assertions, answer, actor.context);
    this.#record(actor, request, answer, { label, dueAt, verdict });
  }

  #record(
    actor: Actor,
    request: ResolvedRequest,
    answer: HttpAnswer,
    { label: name, dueAt, verdict }: { label: string; dueAt: number | undefined; verdict: Verdict },
  ): void {
    const { success, failure, results } = verdict;
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
      const looked = {
        variables: context.variables,
        assertions: results,
        below: redirectSamples(answer, of),
      };
      sample = { ...sample, detail: sampleDetail(request, answer, looked) };
    }
    if (!this.#isSent) sample = { ...sample, isUnsent: true };
    actor.lastSampleOk = success;
    deliver(actor, sample, this.#parts.around);
    if (success) return;
    actor.failed();
    for (const what of this.#onFailure) stop(actor, what);
  }

  #keeps(actor: Actor, label: string, success: boolean): boolean {
    const isKept = actor.keepDetail(label, success);
    if (success && !isKept && this.#label.isConstant) this.#keepsGood = false;
    return isKept;
  }
}

/** In constant requests there is nothing to wait for. */
function resolved(
  request: CompiledRequest,
  actor: Actor,
): ResolvedRequest | Promise<ResolvedRequest | undefined> {
  const soon = request.resolve(actor.context);
  return soon instanceof Promise ? actor.until(soon) : soon;
}

/** What was due is the next request: this was none. */
function handedOn(actor: Actor, dueAt: number | undefined): undefined {
  if (dueAt !== undefined) actor.putArrival(dueAt);
}

function readsBody(one: Extractor | Assertion): boolean {
  if (one.type === 'duration' || one.type === 'status') return false;
  if (one.type === 'size') return one.of === 'full' || one.of === 'body';
  if (one.type === 'json') return true;
  return one.field === 'body' || one.field === 'body-unescaped';
}
