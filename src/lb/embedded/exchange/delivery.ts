// Gets one request to a server and its answer back: asks for a server, tries it, tries another where that is safe, and gives every slot
// back exactly once. What the client sees in the end is the request's.

import type { Socket } from 'node:net';
import type { Retries } from '../../model.ts';
import { isIdempotent, mayRetry } from '../../retry-rules.ts';
import { sorryAnswer } from '../../sorry/answer.ts';
import type { Ask, Dispatch, Grant, LostServer, Observation, Refusal } from '../dispatch.ts';
import { fieldOf } from '../wire/fields.ts';
import { forwardResponse } from '../wire/forward-response.ts';
import type { ResponseHead } from '../wire/heads.ts';
import { AnswerWriter } from './answer-writer.ts';
import { Attempt, type AttemptOwner } from './attempt.ts';
import { failureOf, ownAnswer } from './local-answer.ts';
import { Persistence } from './persistence.ts';
import type { Request } from './request.ts';
import { requestText } from './request-text.ts';
import { openUpgradeTunnel } from './upgrade-tunnel.ts';
import type { UpstreamPool } from './upstream-pool.ts';

const nowhere: readonly string[] = [];

export class Delivery implements Ask, AttemptOwner {
  readonly clientAddress: string;
  readonly since: number;
  readonly method: string;
  failedOn = nowhere;
  persisted: string | undefined;
  readonly #request: Request;
  readonly #dispatch: Dispatch;
  readonly #pool: UpstreamPool;
  readonly #persistence: Persistence | undefined;
  #isWaiting = false;
  /** Between a grant and its release. */
  #attempt: Attempt | undefined;
  #answer: AnswerWriter | undefined;
  #needsFresh = false;
  #refusals = 0;
  #serverIsFull = false;
  #clientIsFull = false;
  /** Whether the deadline is for the client to send more. */
  isClientsTurn = false;

  constructor(request: Request, dispatch: Dispatch, now: number) {
    this.clientAddress = request.client.peer.address;
    this.since = now;
    this.method = request.head.method;
    this.#request = request;
    this.#dispatch = dispatch;
    this.#pool = request.context.poolOf(dispatch);
    const { persistence } = dispatch.backend;
    if (persistence === undefined) return;
    this.#persistence = new Persistence(persistence, dispatch, request.head);
    this.persisted = this.#persistence.serverId;
  }

  get isSent(): boolean {
    return this.#request.body.complete;
  }

  /** HAProxy's letter for where it is: in the queue, connecting, waiting for the head of an answer, or passing data. */
  get phase(): 'Q' | 'C' | 'H' | 'D' {
    if (this.#attempt === undefined) return 'Q';
    if (!this.#attempt.isConnected) return 'C';
    return this.#answer === undefined && this.isSent ? 'H' : 'D';
  }

  /** The last two of HAProxy's termination state. */
  get cookieFlags(): string {
    const { server } = this.#request.record;
    return server === undefined ? '--' : (this.#persistence?.flags(server) ?? '--');
  }

  // ------------------------------------------------------------------------------------------------------------- from the client

  bodyCame(piece: Buffer): void {
    const { body, client } = this.#request;
    const attempt = this.#attempt;
    const takesMore = attempt?.hasBegun ? attempt.send(piece) : !body.isLarge;
    this.#holdLess();
    if (takesMore) this.#arm();
    else if (attempt === undefined) client.pause();
    else this.#full();
  }

  clientDrained(): void {
    this.#clientIsFull = false;
    this.#attempt?.resume();
    this.#arm();
  }

  /** Nobody wants an answer any more. */
  cancel(): void {
    if (this.#isWaiting) this.#dispatch.cancel(this);
    this.#isWaiting = false;
    this.#abandon({ type: 'unused' });
  }

  /** The server's time is over. */
  expired(): void {
    if (this.#attempt === undefined) return;
    const seen = this.#attempt.isConnected ? 'timeout' : 'silent';
    this.#abandon({ type: seen });
    this.#afterFailure(seen);
  }

  // ----------------------------------------------------------------------------------------------------------- from the dispatch

  granted(grant: Grant): void {
    this.#isWaiting = false;
    this.#try(grant, performance.now());
  }

  refused({ page, outcome, flags, queuePlace }: Refusal): void {
    this.#isWaiting = false;
    const { head, record } = this.#request;
    record.queuePlace = queuePlace ?? record.queuePlace;
    const request = {
      method: head.method,
      isUpgrade: head.upgrade !== undefined,
      accept: fieldOf(head, 'accept'),
      acceptLanguage: fieldOf(head, 'accept-language'),
    };
    this.#request.answerLocally(sorryAnswer(page, request, outcome), outcome, flags.slice(0, 2));
  }

  // ------------------------------------------------------------------------------------------------------------ from the attempt

  connected(): void {
    this.#holdLess();
    this.#arm();
  }

  heard(): void {
    this.#arm();
  }

  drained(): void {
    this.#serverIsFull = false;
    if (!this.isSent) this.#request.client.resume();
    this.#arm();
  }

  /** HTTP/1.0 knows no 1xx. */
  informed(informed: ResponseHead): void {
    const { client, head, record } = this.#request;
    this.#arm();
    if (head.minor === 0) return;
    const text = forwardResponse(informed, { clientMinor: 1, keepAlive: true });
    record.bytesOut += text.length;
    client.write(text);
  }

  answered(head: ResponseHead, bytes: Buffer, from: number, to: number): void {
    this.#request.record.status = head.status;
    const { grant } = this.#attempt as Attempt;
    this.#answer = new AnswerWriter(head, this.#request, grant, this.#persistence);
    this.#written(this.#answer.begin(bytes, from, to));
  }

  answerGoesOn(bytes: Buffer): void {
    this.#written((this.#answer as AnswerWriter).goOn(bytes));
  }

  answerEnded(): void {
    const { status } = this.#request.record;
    this.#release({ type: 'answered', status });
    this.#request.answered((this.#answer as AnswerWriter).goesOn);
  }

  /** Only an answer to a request that asked for it, and came whole, can be the end of HTTP on both connections. */
  switched(head: ResponseHead, server: Socket, rest: Buffer): void {
    const request = this.#request;
    const attempt = this.#attempt as Attempt;
    if (request.head.upgrade === undefined || !this.isSent) {
      server.destroy();
      this.failed({ type: 'truncated' });
      return;
    }
    this.#noteTimes(attempt);
    this.#attempt = undefined;
    const { grant } = attempt;
    openUpgradeTunnel({ request, server, head, rest, grant, dispatch: this.#dispatch, pool: this.#pool });
    request.tunnelled();
  }

  failed(seen: Observation): void {
    const wasSent = this.#attempt?.hasBegun === true;
    this.#release(seen);
    this.#afterFailure(wasSent ? seen.type : 'refused');
  }

  serverLost(why: LostServer['why']): void {
    const attempt = this.#attempt;
    if (why !== 'down' || attempt?.isSilent !== true) return;
    const seen = attempt.isConnected ? 'reset' : 'refused';
    this.#abandon({ type: seen });
    this.#afterFailure(seen);
  }

  // -------------------------------------------------------------------------------------------------------------------- servers

  /** Asks for a server. */
  ask(now: number): void {
    this.#request.client.deadline = Number.POSITIVE_INFINITY;
    const got = this.#dispatch.ask(this);
    if (got === 'waiting') this.#isWaiting = true;
    else if ('slot' in got) this.#try(got, now);
    else this.refused(got);
  }

  #try(grant: Grant, now: number): void {
    const { body, record } = this.#request;
    if (record.server !== undefined && record.server.serverId !== grant.serverId) record.redispatched = true;
    record.server = grant;
    record.queuePlace = grant.queuePlace ?? record.queuePlace;
    record.queueMs = Math.max(0, record.queueMs) + grant.queuedMs;
    const isRepeatable = isIdempotent(this.method) && body.isHeld;
    const connection = this.#pool.take(grant, isRepeatable, this.#needsFresh, now);
    const isKept = connection.connected;
    this.#attempt = new Attempt(this, this.#pool, grant, connection, now);
    if (isRepeatable || !isKept) this.begin(this.#attempt);
    else setImmediate(aTurnLater, this, this.#attempt);
  }

  /** Sends the request. */
  begin(attempt: Attempt): void {
    const { grant } = attempt;
    if (attempt !== this.#attempt) return;
    const text = requestText(this.#request, grant, this.#persistence);
    const takesMore = attempt.begin(text, this.#request.body.held);
    if (takesMore) this.drained();
    else this.#full();
    this.#holdLess();
  }

  /** What may not be sent again, or is too much to be held, is let go as soon as it is with a server. */
  #holdLess(): void {
    const { body } = this.#request;
    if (!body.isHeld || this.#attempt?.isConnected !== true || !this.#attempt.hasBegun) return;
    if (body.isLarge || !isIdempotent(this.method)) body.letGo();
  }

  #afterFailure(seen: Observation['type']): void {
    const { record, body } = this.#request;
    const { status, why, flags } = failureOf(seen);
    if (record.status !== 0) {
      this.#request.brokenOff(`${flags.charAt(0)}D`);
      return;
    }
    const rule = this.#dispatch.backend.retries;
    const retries = record.retries - this.#freeRetries(seen, rule);
    const failed = { method: this.method, seen, answerBegun: false, replayable: body.isHeld, retries };
    if (mayRetry(failed, rule)) {
      this.#tryAgain(seen, rule.redispatch);
      return;
    }
    const refusal = this.#refusalNow();
    if (refusal !== undefined) {
      this.refused(refusal);
      return;
    }
    this.#request.answerLocally(
      ownAnswer(this.#request.context.frontend, status, why, this.method),
      'serverError',
      flags,
    );
  }

  /**
   * A refused connection costs no time and has put its server out: who meets several that died at once goes on to those that live, however
   * few attempts there are. Each server is free once.
   */
  #freeRetries(seen: Observation['type'], { attempts, redispatch }: Retries): number {
    const serverId = this.#request.record.server?.serverId as string;
    const isFree = seen === 'refused' && redispatch && attempts > 0;
    if (isFree && !this.failedOn.includes(serverId)) this.#refusals += 1;
    return this.#refusals;
  }

  /** A connection that was closing says nothing against its server, but the next one should be new. */
  #tryAgain(seen: Observation['type'], redispatch: boolean): void {
    const { record } = this.#request;
    const serverId = record.server?.serverId as string;
    record.retries += 1;
    this.#needsFresh = true;
    if (seen !== 'idle' && redispatch) this.failedOn = [...this.failedOn, serverId];
    else this.persisted = serverId;
    this.ask(performance.now());
  }

  /** Whether the sorry page is due: then nobody sees that a server failed. */
  #refusalNow(): Refusal | undefined {
    const got = this.#dispatch.ask(this);
    if (got === 'waiting') this.#dispatch.cancel(this);
    else if ('slot' in got) this.#dispatch.release(got, { type: 'unused' });
    else if (got.outcome === 'sorry') return got;
    return undefined;
  }

  #abandon(seen: Observation): void {
    this.#attempt?.abandon();
    this.#release(seen);
  }

  #release(seen: Observation): void {
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    this.#attempt = undefined;
    this.#noteTimes(attempt);
    this.#request.record.noteBusy();
    this.#dispatch.release(attempt.grant, seen);
  }

  #noteTimes({ startedAt, connectedAt, answeredAt }: Attempt): void {
    const { record } = this.#request;
    if (connectedAt !== undefined) record.connectMs = connectedAt - startedAt;
    if (connectedAt !== undefined && answeredAt !== undefined) record.responseMs = answeredAt - connectedAt;
  }

  // ---------------------------------------------------------------------------------------------------------------------- time

  /** The server takes no more for now. */
  #full(): void {
    this.#serverIsFull = true;
    if (!this.isSent) this.#request.client.pause();
    this.#arm();
  }

  #written(takesMore: boolean): void {
    if (!takesMore && !this.#clientIsFull) {
      this.#clientIsFull = true;
      this.#attempt?.pause();
    }
    this.#arm();
  }

  /** Sets the deadline for what is waited for now. While the client is to take more of the answer its connection watches it. */
  #arm(): void {
    const { client, context, body } = this.#request;
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    const { connectMs, serverMs } = this.#dispatch.backend.timeouts;
    this.isClientsTurn = false;
    if (this.#clientIsFull) client.deadline = Number.POSITIVE_INFINITY;
    else if (!attempt.isConnected) client.deadline = attempt.startedAt + connectMs;
    else if (body.complete || this.#serverIsFull || this.#answer !== undefined)
      client.deadline = performance.now() + serverMs;
    else {
      this.isClientsTurn = true;
      client.deadline = performance.now() + context.frontend.timeouts.clientMs;
    }
  }
}

/**
 * A kept connection may have been closed by its server, and we are about to read that. A request that must not be sent twice gives it this
 * turn of the loop and a whole poll to come out, so that it is lost only when server and request really cross.
 */
function aTurnLater(delivery: Delivery, attempt: Attempt): void {
  setImmediate(beginLater, delivery, attempt);
}

function beginLater(delivery: Delivery, attempt: Attempt): void {
  delivery.begin(attempt);
}
