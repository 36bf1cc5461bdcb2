// A request that stays the same and is sent again and again: what goes over the wire is put together once. May be sent by several clients.

import type { HttpFailure, ResolvedRequest } from './http-exchange.ts';
import { type RequestText, requestText } from './request-text.ts';

export class PreparedRequest implements ResolvedRequest {
  readonly method: string;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly target: string;
  readonly headers: ResolvedRequest['headers'];
  readonly body: Buffer | undefined;
  readonly redirects: ResolvedRequest['redirects'];
  readonly keepAlive: boolean;
  readonly connectMs: number;
  readonly responseMs: number;
  readonly cookieJar: string | undefined;
  readonly cache: string | undefined;
  readonly authorizations: ResolvedRequest['authorizations'];
  readonly text: RequestText | HttpFailure;

  /** Never throws: what cannot be sent fails when it is sent. */
  constructor(request: ResolvedRequest) {
    this.method = request.method;
    this.secure = request.secure;
    this.host = request.host;
    this.port = request.port;
    this.target = request.target;
    this.headers = request.headers;
    this.body = request.body;
    this.redirects = request.redirects;
    this.keepAlive = request.keepAlive;
    this.connectMs = request.connectMs;
    this.responseMs = request.responseMs;
    this.cookieJar = request.cookieJar;
    this.cache = request.cache;
    this.authorizations = request.authorizations;
    this.text = requestText(request);
  }
}
