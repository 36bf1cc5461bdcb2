// One request and its answer on one connection, or on a second one: what is idempotent is sent once more when the connection, kept from
// before, turns out to be closed (RFC 9110 9.2.2).

import { machineTime } from '../../base/machine-time.ts';
import { Answer } from './answer.ts';
import type { AnswerReader } from './answer-reader.ts';
import type { Passenger } from './connection.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { HttpFailure, ResolvedRequest } from './http-exchange.ts';
import type { RequestText } from './request-text.ts';

export class Exchange implements Passenger {
  readonly isHead: boolean;
  readonly wantsBody: boolean;
  readonly keepsOpen: boolean;
  readonly connectMs: number;
  readonly responseMs: number;
  readonly text: string;
  readonly body: Buffer | undefined;
  firstByteAt = 0;
  readonly #request: RequestText;
  readonly #pool: ConnectionPool;
  readonly #answer: Answer;
  readonly #done: (answer: Answer) => void;

  /** `additions`: more lines of the head, each as `\r\nName: value`. `done` is told once, failed or not. */
  constructor(
    pool: ConnectionPool,
    { connectMs, responseMs }: ResolvedRequest,
    request: RequestText,
    loadId: string,
    additions: string,
    wantsBody: boolean,
    done: (answer: Answer) => void,
  ) {
    this.isHead = request.isHead;
    this.wantsBody = wantsBody;
    this.keepsOpen = request.keepAlive;
    this.connectMs = connectMs;
    this.responseMs = responseMs;
    this.text = request.before + loadId + additions + request.tail;
    this.body = request.body;
    this.#request = request;
    this.#pool = pool;
    this.#done = done;
    this.#answer = new Answer(request.url, loadId, machineTime(), request, additions);
    this.#answer.sentBytes = request.bytes + loadId.length + additions.length;
  }

  start(): void {
    const { startedAt } = this.#answer;
    const kept = this.#pool.take(this.#request.origin, startedAt);
    if (kept === undefined) this.#pool.add(this.#request.origin).open(this);
    else kept.carry(this, startedAt);
  }

  connected(at: number): void {
    this.#answer.connectMs = at - this.#answer.startedAt;
  }

  answered(reader: AnswerReader, at: number): void {
    const answer = this.#answer;
    const { head } = reader;
    answer.status = head.status;
    answer.message = head.message;
    answer.head = head.text;
    answer.contentType = head.contentType;
    answer.contentEncoding = head.contentEncoding;
    answer.setsCookies = head.setsCookies;
    answer.outcome = head.outcome;
    answer.body = reader.takeBody();
    this.#finish(reader, at);
  }

  failed(failure: HttpFailure, isStale: boolean, reader: AnswerReader, at: number): void {
    if (isStale && this.#request.isIdempotent && !this.#answer.isRepeated) {
      this.#answer.isRepeated = true;
      this.#pool.add(this.#request.origin).open(this);
      return;
    }
    this.#answer.fail(failure);
    this.#finish(reader, at);
  }

  #finish(reader: AnswerReader, at: number): void {
    const answer = this.#answer;
    answer.headBytes = reader.headBytes;
    answer.bodyBytes = reader.bodyBytes;
    answer.elapsedMs = at - answer.startedAt;
    if (this.firstByteAt > 0) answer.latencyMs = this.firstByteAt - answer.startedAt;
    this.#done(answer);
  }
}
