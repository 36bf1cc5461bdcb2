// What came of one request, as users get it. Its fields are filled by whoever made the request; from then on nobody changes it.

import type { HttpAnswer, HttpFailure } from './http-exchange.ts';
import { headText, type RequestText } from './request-text.ts';

const none: readonly HttpAnswer[] = [];

export class Answer implements HttpAnswer {
  url: string;
  status = 0;
  message = '';
  failure: HttpFailure | undefined = undefined;
  head = '';
  body: Buffer | undefined = undefined;
  contentType = '';
  contentEncoding = '';
  setsCookies = false;
  startedAt: number;
  connectMs = 0;
  latencyMs = 0;
  elapsedMs = 0;
  headBytes = 0;
  bodyBytes = 0;
  sentBytes = 0;
  isRepeated = false;
  loadId: string;
  requests = 1;
  isCached = false;
  outcome: string | undefined = undefined;
  redirectedFrom: readonly HttpAnswer[] = none;
  readonly #text: RequestText | undefined;
  readonly #additions: string;

  constructor(
    url: string,
    loadId: string,
    startedAt: number,
    text: RequestText | undefined,
    additions: string,
  ) {
    this.url = url;
    this.loadId = loadId;
    this.startedAt = startedAt;
    this.#text = text;
    this.#additions = additions;
  }

  requestHead(): string {
    return this.#text === undefined ? '' : headText(this.#text, this.loadId, this.#additions);
  }

  /** What went before it belongs to it: begins with that one, and has what both cost. */
  include(before: Answer): void {
    const ahead = this.startedAt - before.startedAt;
    this.startedAt = before.startedAt;
    this.connectMs += before.connectMs;
    this.elapsedMs += ahead;
    if (this.latencyMs > 0) this.latencyMs += ahead;
    this.headBytes += before.headBytes;
    this.bodyBytes += before.bodyBytes;
    this.sentBytes += before.sentBytes;
    this.requests += before.requests;
    this.isRepeated ||= before.isRepeated;
  }

  fail(failure: HttpFailure): this {
    this.failure = failure;
    this.message = failure.message;
    return this;
  }
}

/** Of a request that was never sent. */
export function unsent(url: string, loadId: string, startedAt: number, failure: HttpFailure): Answer {
  const answer = new Answer(url, loadId, startedAt, undefined, '').fail(failure);
  answer.requests = 0;
  return answer;
}
