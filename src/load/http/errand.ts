// All that one request of a plan takes: its cookies, cache and credentials, a challenge that is answered, redirects that are followed.

import { machineTime } from '../../base/machine-time.ts';
import { Answer, unsent } from './answer.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { CookieJar } from './cookie-jar.ts';
import type { Credentials } from './credentials.ts';
import { decodedBody } from './decoded-body.ts';
import { headersOf } from './header-lines.ts';
import type { HttpFailure, ResolvedRequest } from './http-exchange.ts';
import { urlOf } from './origin.ts';
import { mostRedirects, redirected } from './redirect.ts';
import { type RequestText, requestText } from './request-text.ts';

/** What one user has. */
export interface Belongings {
  readonly mostOfBody: number;
  readonly credentials: Credentials;
  jar(id: string): CookieJar;
  cache(id: string): AnswerCache;
  /** One request and its answer; never rejects. */
  exchange(
    request: ResolvedRequest,
    text: RequestText,
    loadId: string,
    additions: string,
    wantsBody: boolean,
  ): Promise<Answer>;
}

export class Errand {
  readonly #belongings: Belongings;
  readonly #loadId: string;
  readonly #wantsBody: boolean;
  /** How many ids have been used. */
  #ids = 0;

  constructor(belongings: Belongings, loadId: string, wantsBody: boolean) {
    this.#belongings = belongings;
    this.#loadId = loadId;
    this.#wantsBody = wantsBody;
  }

  /** Never rejects. */
  async run(request: ResolvedRequest, text: RequestText): Promise<Answer> {
    return this.goOn(request, await this.#ask(request, text));
  }

  /** Follows where this answer to the request leads. */
  async goOn(request: ResolvedRequest, first: Answer): Promise<Answer> {
    this.#ids ||= 1;
    const followed: Answer[] = [];
    let current = request;
    let answer = first;
    for (;;) {
      const next = redirected(current, answer.status, answer.head);
      if (next === undefined || answer.failure !== undefined) return this.#finish(request, followed, answer);
      followed.push(answer);
      const failure = followed.length > mostRedirects ? tooMany : failureOf(next.request);
      if (failure !== undefined)
        return this.#finish(request, followed, unsent(next.url, this.#nextId(), machineTime(), failure));
      current = next.request as ResolvedRequest;
      const there = await this.#ask(current, requestText(current));
      // Nothing was asked: as with JMeter, the redirect is what is left to show.
      if (there.isCached) return this.#finish(request, followed.slice(0, -1), answer);
      answer = there;
    }
  }

  /** One after the other is what a user sees; silently, all of them are one. */
  #finish(request: ResolvedRequest, followed: readonly Answer[], last: Answer): Answer {
    const [first] = followed;
    if (first === undefined) return last;
    if (request.redirects === 'sub-samples') last.redirectedFrom = followed;
    else for (const answer of followed.toReversed()) last.include(answer);
    return last;
  }

  async #ask(request: ResolvedRequest, text: RequestText | HttpFailure): Promise<Answer> {
    if ('name' in text) return unsent(urlOf(request), this.#nextId(), machineTime(), text);
    const belongings = this.#belongings;
    const { credentials } = belongings;
    const cached =
      request.cache === undefined || request.method !== 'GET' ? undefined : belongings.cache(request.cache);
    const condition = cached?.look(text.url, request.headers) ?? '';
    if (condition === 'fresh') return this.#fromCache(text);
    const answer = await this.#send(request, text, condition);
    if (answer.status !== 401 || !credentials.take(request, answer.head))
      return this.#decoded(answer, cached, request);
    const again = await this.#send(request, text, condition);
    again.include(answer);
    return this.#decoded(again, cached, request);
  }

  async #send(request: ResolvedRequest, text: RequestText, condition: string): Promise<Answer> {
    const belongings = this.#belongings;
    const cookies = request.cookieJar === undefined ? undefined : belongings.jar(request.cookieJar);
    const cookie = text.names.has('cookie') ? '' : (cookies?.lineFor(request) ?? '');
    const authorization = text.names.has('authorization')
      ? ''
      : belongings.credentials.lineFor(request, text.target);
    const additions = condition + cookie + authorization;
    const answer = await belongings.exchange(request, text, this.#nextId(), additions, this.#wantsBody);
    if (answer.setsCookies) cookies?.take(request, headersOf(answer.head, 'set-cookie'));
    return answer;
  }

  async #decoded(answer: Answer, cache: AnswerCache | undefined, request: ResolvedRequest): Promise<Answer> {
    cache?.take(answer.url, request.headers, answer.status, answer.head);
    await decode(answer, this.#wantsBody, this.#belongings.mostOfBody);
    return answer;
  }

  #fromCache({ url }: RequestText): Answer {
    const answer = new Answer(url, this.#nextId(), machineTime(), undefined, '');
    answer.status = 200;
    answer.message = '(ex cache)';
    answer.isCached = true;
    answer.requests = 0;
    return answer;
  }

  #nextId(): string {
    const number = this.#ids++;
    return number === 0 ? this.#loadId : `${this.#loadId}.${number}`;
  }
}

const tooMany: HttpFailure = {
  name: 'java.io.IOException',
  message: `Exceeded maximum number of redirects: ${mostRedirects}`,
};

function failureOf(request: ResolvedRequest | HttpFailure): HttpFailure | undefined {
  return 'name' in request ? request : undefined;
}

/** What only the results tree looks at may be cut, and stays as it came when it cannot be decoded. */
export async function decode(answer: Answer, isWanted: boolean, most: number): Promise<void> {
  if (answer.contentEncoding === '' || answer.body === undefined) return;
  const body = await decodedBody(answer.body, answer.contentEncoding, most);
  if (Buffer.isBuffer(body)) answer.body = body;
  else if (isWanted) answer.fail(body);
}
