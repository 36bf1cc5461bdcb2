// Makes the HTTP client of one user: connections, cookies, cache and credentials of its own, over plain sockets.

import { type Clock, systemClock } from '../../base/clock.ts';
import { machineTime } from '../../base/machine-time.ts';
import type { Cache, CookieJar as JarSettings } from '../plan/plan.ts';
import { type Answer, unsent } from './answer.ts';
import { AnswerCache } from './answer-cache.ts';
import { ConnectionPool } from './connection-pool.ts';
import { CookieJar } from './cookie-jar.ts';
import { Credentials } from './credentials.ts';
import { type Belongings, decode, Errand } from './errand.ts';
import { Exchange } from './exchange.ts';
import { cut } from './failures.ts';
import { headersOf } from './header-lines.ts';
import type { HttpAnswer, HttpClient, HttpFailure, ResolvedRequest } from './http-exchange.ts';
import type { ClientTls } from './open-socket.ts';
import { urlOf } from './origin.ts';
import { PreparedRequest } from './prepared-request.ts';
import { isRedirect } from './redirect.ts';
import { type RequestText, requestText } from './request-text.ts';

export interface HttpClientOptions {
  /** One object for all users: what is read from it is kept with it. Undefined: any certificate will do, as with JMeter. */
  readonly tls?: ClientTls;
  /** Of the plan, with their templates evaluated. A request may name no others. */
  readonly cookieJars?: readonly JarSettings[];
  readonly caches?: readonly Cache[];
  /** Why there may be no connection to an address, asked after names are resolved and with every redirect; undefined: there may. */
  readonly refuses?: (host: string, address: string, port: number) => string | undefined;
  /** The largest body that is kept for those who want it, in bytes, as sent and decoded; default 64 MiB. Larger ones fail. */
  readonly mostOfBody?: number;
  /** Of cookies and caches; default the system's. Time-outs go by the machine's own. */
  readonly clock?: Clock;
}

const anyCertificate: ClientTls = {};
const defaultMostOfBody = 67_108_864;

export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  return new UserClient(options);
}

class UserClient implements HttpClient, Belongings {
  readonly mostOfBody: number;
  readonly #options: HttpClientOptions;
  readonly #pool: ConnectionPool;
  readonly #now: () => number;
  // Most users need none of these.
  #credentials: Credentials | undefined;
  readonly #jars = new Map<string, CookieJar>();
  readonly #caches = new Map<string, AnswerCache>();
  /** What was sent last, for users that send the same object again. */
  #lastRequest: ResolvedRequest | undefined;
  #lastText: RequestText | HttpFailure | undefined;
  #isClosed = false;

  constructor(options: HttpClientOptions) {
    const { tls = anyCertificate, mostOfBody = defaultMostOfBody, refuses, clock = systemClock } = options;
    this.#options = options;
    this.mostOfBody = mostOfBody;
    this.#now = () => clock.now();
    this.#pool = new ConnectionPool({ tls, mostOfBody, refuses });
  }

  send(request: ResolvedRequest, loadId: string, wantsBody: boolean): HttpAnswer | Promise<HttpAnswer> {
    const text = this.#textOf(request);
    if (this.#isClosed) return Promise.resolve(unsent(urlOf(request), loadId, machineTime(), cut));
    if ('name' in text) return unsent(urlOf(request), loadId, machineTime(), text);
    const isPlain = request.cache === undefined && request.authorizations.length === 0;
    if (!isPlain) return new Errand(this, loadId, wantsBody).run(request, text);
    return new Promise((resolve) => this.#sendPlain(request, text, loadId, wantsBody, resolve));
  }

  nextIteration(sameUser: boolean): void {
    for (const kept of [...this.#jars.values(), ...this.#caches.values()]) {
      const { followsGroup, clearEachIteration } = kept.settings;
      if (followsGroup ? !sameUser : clearEachIteration) kept.clear();
    }
    if (sameUser) return;
    this.#credentials?.clear();
    this.#pool.clearIdle();
  }

  close(): void {
    this.#isClosed = true;
    this.#pool.clear();
  }

  get credentials(): Credentials {
    this.#credentials ??= new Credentials();
    return this.#credentials;
  }

  jar(id: string): CookieJar {
    let jar = this.#jars.get(id);
    if (jar === undefined) {
      jar = new CookieJar(settingsOf('cookie jar', this.#options.cookieJars, id), this.#now);
      this.#jars.set(id, jar);
    }
    return jar;
  }

  cache(id: string): AnswerCache {
    let cache = this.#caches.get(id);
    if (cache === undefined) {
      cache = new AnswerCache(settingsOf('cache', this.#options.caches, id), this.#now);
      this.#caches.set(id, cache);
    }
    return cache;
  }

  exchange(
    request: ResolvedRequest,
    text: RequestText,
    loadId: string,
    additions: string,
    wantsBody: boolean,
  ): Promise<Answer> {
    if (this.#isClosed) return Promise.resolve(unsent(text.url, loadId, machineTime(), cut));
    return new Promise((resolve) => {
      new Exchange(this.#pool, request, text, loadId, additions, wantsBody, resolve).start();
    });
  }

  /** What nearly all requests of a load test are: there and back, with a cookie at most. */
  #sendPlain(
    request: ResolvedRequest,
    text: RequestText,
    loadId: string,
    wantsBody: boolean,
    resolve: (answer: Answer | Promise<Answer>) => void,
  ): void {
    const jar = request.cookieJar === undefined ? undefined : this.jar(request.cookieJar);
    const additions = jar === undefined || text.names.has('cookie') ? '' : jar.lineFor(request);
    const done = (answer: Answer): void => {
      if (answer.setsCookies) jar?.take(request, headersOf(answer.head, 'set-cookie'));
      if (isRedirect(answer.status) && request.redirects !== 'no')
        resolve(new Errand(this, loadId, wantsBody).goOn(request, answer));
      else if (answer.contentEncoding !== '' && answer.body !== undefined)
        resolve(decode(answer, wantsBody, this.mostOfBody).then(() => answer));
      else resolve(answer);
    };
    new Exchange(this.#pool, request, text, loadId, additions, wantsBody, done).start();
  }

  #textOf(request: ResolvedRequest): RequestText | HttpFailure {
    if (request instanceof PreparedRequest) return request.text;
    if (request !== this.#lastRequest || this.#lastText === undefined) {
      this.#lastRequest = request;
      this.#lastText = requestText(request);
    }
    return this.#lastText;
  }
}

function settingsOf<T extends { readonly id: string }>(
  what: string,
  all: readonly T[] | undefined,
  id: string,
): T {
  const found = all?.find((settings) => settings.id === id);
  if (found === undefined) throw new Error(`no ${what} ${id} among the options of the client`);
  return found;
}
