// What a user asks for over HTTP, with every template evaluated, and what came back. The contract between users and the client.

import type { Authorization, HttpRequest } from '../plan/http-step.ts';

export interface ResolvedRequest {
  readonly method: string;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Path with query, percent-encoded. */
  readonly target: string;
  /** In order; Host, Content-Length, Connection, Cookie and Authorization are added by the client where they are not there. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer;
  readonly redirects: HttpRequest['redirects'];
  readonly keepAlive: boolean;
  /** Name, connection and TLS together. 0: no limit. */
  readonly connectMs: number;
  /** As JMeter's: each wait for something of the answer, the first and those in between, not all of it. 0: no limit. */
  readonly responseMs: number;
  readonly cookieJar?: string;
  readonly cache?: string;
  readonly authorizations: readonly { readonly [Key in keyof Authorization]: string }[];
}

export interface HttpAnswer {
  readonly url: string;
  /** 0: none came. */
  readonly status: number;
  /** The reason phrase; of a failure what happened. */
  readonly message: string;
  /** Undefined: an answer came, whole. */
  readonly failure?: HttpFailure;
  /** As it came, status line included, without the empty line. */
  readonly head: string;
  /** Decoded (gzip, deflate, br); undefined when it was not wanted: see HttpClient.send. With a status of 400 and above its first 16 KiB are there all the same. */
  readonly body?: Buffer;
  readonly contentType: string;
  /** As sent, head only: for the results tree and assertions on the request. Made when asked for. */
  requestHead(): string;
  readonly startedAt: number;
  readonly connectMs: number;
  readonly latencyMs: number;
  readonly elapsedMs: number;
  /** Over the wire, before decoding. */
  readonly headBytes: number;
  readonly bodyBytes: number;
  readonly sentBytes: number;
  readonly isRepeated: boolean;
  /** Sent as X-Relevo-Load-Id: the one that send() was given, with `.1`, `.2` behind it for those that followed (redirects, challenges). */
  readonly loadId: string;
  /** How many went out for it, under ids of their own: redirects that were followed silently and challenges before it included. Repeats are not. */
  readonly requests: number;
  /** Taken from a cache without asking: status 200, `(ex cache)`. JMeter makes no sample of these by default. */
  readonly isCached: boolean;
  /** X-Relevo-Outcome. */
  readonly outcome?: string;
  /** Those that were followed before this one, in order; empty unless redirects are sub-samples. */
  readonly redirectedFrom: readonly HttpAnswer[];
}

/** The names are those that JMeter's users know from their results (without `Non HTTP response code: `). */
export interface HttpFailure {
  readonly name:
    | 'java.net.ConnectException'
    | 'java.net.UnknownHostException'
    | 'java.net.SocketException'
    | 'java.net.SocketTimeoutException'
    | 'java.net.NoRouteToHostException'
    | 'org.apache.http.conn.ConnectTimeoutException'
    | 'org.apache.http.NoHttpResponseException'
    | 'org.apache.http.ConnectionClosedException'
    | 'org.apache.http.MalformedChunkCodingException'
    | 'org.apache.http.TruncatedChunkException'
    | 'org.apache.http.client.ClientProtocolException'
    | 'java.util.zip.ZipException'
    | 'javax.net.ssl.SSLException'
    | 'java.io.IOException'
    | 'java.net.URISyntaxException';
  readonly message: string;
  /** Cut by the end of the run. */
  readonly isCut?: boolean;
}

/** Of one user: connections, cookies and cache are its own. */
export interface HttpClient {
  /** What is sent again and again is lighter as a PreparedRequest (prepared-request.ts). One at a time is meant, more get connections of their own. Never rejects; without a promise the request cannot be sent, and nothing was. `wantsBody`: somebody looks at it; else it is read, counted and let go. */
  send(request: ResolvedRequest, loadId: string, wantsBody: boolean): HttpAnswer | Promise<HttpAnswer>;
  /** A new iteration begins: what is to be emptied with it is. Another user has no connections, cookies and caches of the one before. */
  nextIteration(sameUser: boolean): void;
  /** Cuts what is in flight; its send() resolves with a failure that is cut. Idempotent. */
  close(): void;
}
