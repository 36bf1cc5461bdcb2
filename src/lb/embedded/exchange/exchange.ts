// One request from its head to its one outcome, as its client sees it: where it goes, what of it has come, and how it ends. Getting it to
// a server is the delivery's.

import type { Route, RouteAction } from '../../model.ts';
import { type Outcome, outcomeOfStatus } from '../../outcome.ts';
import { believedRequestId } from '../wire/fields.ts';
import type { RequestHead } from '../wire/heads.ts';
import type { Client } from './client.ts';
import { Delivery } from './delivery.ts';
import type { FrontendContext } from './frontend-context.ts';
import { type LocalAnswer, ownAnswer, redirectAnswer, serialize } from './local-answer.ts';
import type { Request } from './request.ts';
import { RequestBody } from './request-body.ts';
import { RequestRecord } from './request-record.ts';

export class Exchange implements Request {
  readonly context: FrontendContext;
  readonly client: Client;
  readonly head: RequestHead;
  readonly route: Route | undefined;
  readonly body: RequestBody;
  readonly record: RequestRecord;
  /** Undefined while it has no backend, and when it is over. */
  #delivery: Delivery | undefined;

  constructor(context: FrontendContext, client: Client, head: RequestHead, headBytes: number, now: number) {
    this.context = context;
    this.client = client;
    this.head = head;
    this.route = context.router.find(head.host, head.path);
    this.body = new RequestBody(head.framing, this.route?.bodyBytes ?? context.frontend.limits.bodyBytes);
    this.record = new RequestRecord(context, client, head, now);
    this.record.bytesIn = headBytes;
  }

  get mayGoOn(): boolean {
    return this.head.keepAlive && this.body.complete && !this.context.draining;
  }

  // ------------------------------------------------------------------------------------------------------------ from the client

  /** Starts. What came behind the head is in `bytes` from there on; says where in it the request ends. */
  begin(bytes: Buffer, from: number, now: number): number {
    if (this.body.complete) {
      this.#carryOut(now);
      return from;
    }
    const piece = this.body.take(bytes, from);
    if (piece === undefined) this.#refuse();
    else this.#carryOut(now);
    return from + (piece?.length ?? 0);
  }

  /** More of the body; says where in `chunk` the request ends. */
  bodyCame(chunk: Buffer): number {
    const piece = this.body.take(chunk, 0);
    if (piece === undefined) {
      this.#refuse();
      return chunk.length;
    }
    this.#delivery?.bodyCame(piece);
    return piece.length;
  }

  /** The client takes more of the answer again. */
  clientDrained(): void {
    this.#delivery?.clientDrained();
  }

  /** The client went away (C), or did not take its answer in time (c). */
  clientGone(flag: 'C' | 'c'): void {
    const flags = flag + (this.#delivery?.phase ?? 'R');
    this.#delivery?.cancel();
    this.#end('aborted', flags);
  }

  /** The client's deadline is over. */
  expired(): void {
    if (this.#delivery?.isClientsTurn !== true) this.#delivery?.expired();
    else if (this.record.status === 0) this.#timeOutClient(this.#delivery);
    else {
      this.clientGone('c');
      this.client.cut();
    }
  }

  // ---------------------------------------------------------------------------------------------------------- from the delivery

  answered(goesOn: boolean): void {
    this.#end(outcomeOfStatus(this.record.status), '--');
    this.client.done(goesOn);
  }

  answerLocally(answer: LocalAnswer, outcome: Outcome, flags: string): void {
    const goesOn = this.mayGoOn;
    const bytes = serialize(answer, goesOn);
    this.record.status = answer.status;
    this.record.bytesOut += bytes.length;
    this.client.write(bytes);
    this.#end(outcome, flags);
    this.client.done(goesOn);
  }

  brokenOff(flags: string): void {
    this.#end('serverError', flags);
    this.client.cut();
  }

  /** It is counted now, as a tunnel may live for days; the access log has it when it ends. */
  tunnelled(): void {
    this.record.becomesTunnel = true;
    this.#end('ok', '--');
  }

  // ------------------------------------------------------------------------------------------------------------------- its way

  #carryOut(now: number): void {
    const action: RouteAction | undefined = this.route?.action;
    if (action === undefined || action.type === 'backend') this.#toBackend(action?.backend, now);
    else if (action.type === 'respond') this.#answerPlainly(action.status, action.reason);
    else {
      const answer = redirectAnswer(this.head, action.scheme, action.port);
      if (answer === undefined) this.#answerPlainly(400, 'the request names no host');
      else this.answerLocally(answer, 'ok', 'LR');
    }
  }

  #toBackend(name = this.context.frontend.defaultBackend, now: number): void {
    if (name === undefined) {
      this.#answerPlainly(404, 'nothing is served under this host and path');
      return;
    }
    const { tools } = this.context;
    const dispatch = tools.state.dispatch(name);
    if (dispatch === undefined) {
      this.#answerPlainly(503, 'its backend has just been removed');
      return;
    }
    this.record.dispatch = dispatch;
    this.record.requestId = believedRequestId(this.head, this.client.peer) ?? tools.requestId();
    this.#delivery = new Delivery(this, dispatch, now);
    this.#delivery.ask(now);
  }

  /** The body is malformed or too large: nobody knows where the next request begins. */
  #refuse(): void {
    const { status, reason } = this.body.problem ?? { status: 400, reason: 'malformed body' };
    const hasBegun = this.record.status !== 0;
    this.#delivery?.cancel();
    this.record.reason = reason;
    if (!hasBegun) {
      this.#answerPlainly(status, reason);
      return;
    }
    this.#end('clientError', 'PD');
    this.client.cut();
  }

  #timeOutClient(delivery: Delivery): void {
    delivery.cancel();
    this.answerLocally(
      ownAnswer(this.context.frontend, 408, 'the request did not go on', this.head.method),
      'clientError',
      'cD',
    );
  }

  #answerPlainly(status: number, why: string): void {
    const outcome = status >= 500 ? 'serverError' : 'clientError';
    this.answerLocally(ownAnswer(this.context.frontend, status, why, this.head.method), outcome, 'PR');
  }

  #end(outcome: Outcome, flags: string): void {
    const cookie = this.#delivery?.cookieFlags ?? '--';
    this.#delivery = undefined;
    this.record.bytesIn += this.body.received;
    this.record.termination = flags + cookie;
    this.record.end(outcome);
  }
}
