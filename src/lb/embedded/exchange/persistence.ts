// The cookie that keeps a user with one server, on its way through one request: read, taken out, and set again where the server is another.

import { insertedCookie, readInserted, readPrefixed, withPrefix } from '../../identity/cookie-value.ts';
import type { CookiePersistence } from '../../model.ts';
import type { Dispatch, Grant } from '../dispatch.ts';
import { cookieOf } from '../wire/fields.ts';
import type { RequestHead } from '../wire/heads.ts';

export class Persistence {
  readonly #rule: CookiePersistence;
  readonly #dispatch: Dispatch;
  /** The id of the server that the user was with; undefined: none, or one that is gone. */
  readonly serverId: string | undefined;
  /** The Cookie field for the server: null for none, undefined for the one that came. */
  readonly cookie: string | null | undefined;
  readonly #isKnown: boolean;

  constructor(rule: CookiePersistence, dispatch: Dispatch, head: RequestHead) {
    this.#rule = rule;
    this.#dispatch = dispatch;
    const field = cookieOf(head);
    const read =
      field === undefined ? {} : (rule.mode === 'insert' ? readInserted : readPrefixed)(field, rule.name);
    this.#isKnown = read.value !== undefined;
    this.serverId = read.value === undefined ? undefined : dispatch.serverOfCookie(read.value);
    this.cookie = read.value === undefined ? undefined : (read.field ?? null);
  }

  /** The value of Set-Cookie for a user who does not have that of this server. */
  inserted(grant: Grant, overTls: boolean): string | undefined {
    if (this.#rule.mode !== 'insert' || this.serverId === grant.serverId) return undefined;
    return insertedCookie(this.#rule.name, this.#dispatch.cookieOf(grant), overTls);
  }

  /** What becomes of each Set-Cookie of the application. */
  rewriter(grant: Grant): ((setCookie: string) => string) | undefined {
    if (this.#rule.mode !== 'prefix') return undefined;
    const value = this.#dispatch.cookieOf(grant);
    return (setCookie) => withPrefix(setCookie, this.#rule.name, value);
  }

  /** The last two characters of HAProxy's termination state: what the client had, and what it got. */
  flags(grant: Grant): string {
    const gets = this.#rule.mode === 'insert' && this.serverId !== grant.serverId ? 'I' : 'N';
    if (!this.#isKnown) return `N${gets}`;
    if (this.serverId === undefined) return `I${gets}`;
    return `${this.serverId === grant.serverId ? 'V' : 'D'}${gets}`;
  }
}
