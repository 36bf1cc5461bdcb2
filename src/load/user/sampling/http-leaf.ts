// A request of the plan, carried out by users: what comes before it, the request itself, what is made of its answer.

import type { HttpAnswer, ResolvedRequest } from '../../http/http-exchange.ts';
import type { ValueContext } from '../../values/value-context.ts';
import type { Actor } from '../actor.ts';
import { breath, type Leaf } from '../controllers/walk.ts';
import type { CompiledRequest } from './compiled-request.ts';
import type { Preparation } from './preparation.ts';
import type { SampleTaker } from './sample-taker.ts';
import { isOfFile, nothing, unsent } from './unsent.ts';

export class HttpLeaf implements Leaf {
  readonly kind = 'leaf';
  readonly #preparation: Preparation;
  readonly #request: CompiledRequest;
  readonly #taker: SampleTaker;

  constructor(preparation: Preparation, request: CompiledRequest, taker: SampleTaker) {
    this.#preparation = preparation;
    this.#request = request;
    this.#taker = taker;
  }

  /** Nothing but sending and looking at the status: a user may do it without asking for anything else in between. */
  get isStraight(): boolean {
    return this.#preparation.isNone && this.#request.isConstant && this.#taker.isStraight;
  }

  get wantsBody(): boolean {
    return this.#taker.wantsBody;
  }

  /** A file that it cannot read is a failure of its own, as with JMeter. */
  async carryOut(actor: Actor): Promise<void> {
    const prepared = await this.#preparation.carryOut(actor);
    if (prepared === undefined) return;
    let request: ResolvedRequest | undefined;
    let answer: HttpAnswer;
    try {
      const soon = this.#request.resolve(actor.context);
      // In constant requests there is nothing to wait for.
      request = soon instanceof Promise ? await actor.until(soon) : soon;
      if (request === undefined) return;
      answer = await actor.send(request, this.wantsBody);
    } catch (error) {
      if (!isOfFile(error)) throw error;
      request = nothing;
      answer = unsent(error.message, actor.now());
    }
    actor.readyAt = answer.startedAt + answer.elapsedMs;
    if (!answer.isCached) await this.#taker.take(actor, request, answer, prepared);
    if (answer.status === 0 || answer.isCached) await breath();
  }

  /** Of a leaf that is straight: the one request that it sends. */
  straightRequest(context: ValueContext): ResolvedRequest | Promise<ResolvedRequest> {
    return this.#request.resolve(context);
  }

  /** Of a leaf that is straight: everything behind the answer; without a promise as long as no assertion is one. */
  takeStraight(
    actor: Actor,
    request: ResolvedRequest,
    answer: HttpAnswer,
    dueAt: number | undefined,
  ): void | Promise<void> {
    const label = this.#preparation.constantLabel(actor.context);
    return this.#taker.takeStraight(actor, request, answer, { label, dueAt });
  }
}
