// What a load balancer is told: frontends, backends, servers, and how they behave. Plain data without functions, the same for every engine,
// so that it can be compared, sent to another process and written to disk. It knows no Pod; whoever knows Kubernetes translates.
//
// Durations are milliseconds, sizes bytes. A field that is left out means what its comment says; strings such as "30s" end before here.

import type { AccessLogFormat } from './access-log/formats.ts';
import type { BackupRule } from './backup/activation.ts';

export interface LbModel {
  readonly frontends: readonly Frontend[];
  readonly backends: readonly Backend[];
  readonly certificates: readonly Certificate[];
  /** Keys that every engine and every balancer of one cluster shares, so that a user is known to all of them. */
  readonly secrets: SharedSecrets;
  /** Undefined: nothing is logged. */
  readonly accessLog?: AccessLog;
}

export interface SharedSecrets {
  /** Base64, 32 bytes: what cookie values are an HMAC with. */
  readonly cookieKey: string;
  /** Base64, 48 bytes each: TLS session tickets are made with the first and read with all. */
  readonly ticketKeys: readonly string[];
}

export interface AccessLog {
  /** `httplog`: one line as HAProxy's `option httplog` writes it. `json`: one object a line. */
  readonly format: AccessLogFormat;
  /** Lines are appended to it. */
  readonly file: string;
}

export interface Certificate {
  readonly name: string;
  /** PEM, the leaf first. */
  readonly chain: string;
  /** PEM. Never logged. */
  readonly key: string;
}

export type Mode = 'http' | 'tcp';

// ------------------------------------------------------------------------------------------------------------------ frontends

export interface Frontend {
  /** Unique, such as `default/web:http`; what statistics and logs call it. */
  readonly name: string;
  readonly mode: Mode;
  readonly binds: readonly Bind[];
  /** Tried by precedence, not in this order: see routing.ts. Empty in mode tcp. */
  readonly routes: readonly Route[];
  /** The backend of what no route takes. Undefined: such requests get 404; connections in mode tcp are closed. */
  readonly defaultBackend?: string;
  /** CIDRs of peers whose X-Forwarded-*, Forwarded and X-Request-Id are believed. Others' are replaced. */
  readonly trustedProxies: readonly string[];
  /** CIDRs of peers that have to begin with a PROXY protocol header, version 1 or 2; from others it is a malformed request. */
  readonly proxyProtocolFrom: readonly string[];
  readonly limits: RequestLimits;
  readonly timeouts: ClientTimeouts;
  /** Connections at once; more wait in the backlog. Undefined: no limit. */
  readonly maxconn?: number;
  /** What the balancer's own answers with these statuses look like, as HAProxy's errorfile; sorry pages are the backend's. */
  readonly errorPages?: readonly ErrorPage[];
}

export interface ErrorPage {
  readonly status: 400 | 403 | 404 | 408 | 413 | 414 | 431 | 500 | 502 | 504;
  readonly contentType: string;
  /** At most 65,536 bytes of UTF-8. */
  readonly body: string;
}

export interface Bind {
  /** An IPv4 or IPv6 address. */
  readonly address: string;
  readonly port: number;
  /** In the network around the engine's own, where somebody else opens ports for it. Default false. */
  readonly outside?: boolean;
  /** Names of certificates; the server name of the handshake chooses, the first is the default. Undefined: plain text. */
  readonly certificates?: readonly string[];
}

export interface RequestLimits {
  /** Request line and header fields together. Default 16,384 (as HAProxy's tune.bufsize less its reserve); beyond 431, or 414 for the line. */
  readonly headBytes: number;
  /** Default 100; beyond 431. */
  readonly headers: number;
  /** Undefined: no limit; beyond 413. */
  readonly bodyBytes?: number;
}

export interface ClientTimeouts {
  /** For a client to go on with its request or to take its answer. Default 30,000; within a request 408. */
  readonly clientMs: number;
  /** For the next request on a connection. Default 60,000. */
  readonly idleMs: number;
}

/** One of host and path, or both, or neither; what matches best wins: see routing.ts. */
export interface Route {
  /** Exact or `*.example.org` (one label); lower case, no port. Undefined: every host. */
  readonly host?: string;
  readonly path?: PathMatch;
  readonly action: RouteAction;
  /** Applied to the request before it is forwarded. */
  readonly requestHeaders?: readonly HeaderRule[];
  /** Applied to the answer of the server. */
  readonly responseHeaders?: readonly HeaderRule[];
  /** The part of the path that matched becomes this; the rest, and the query, stay as they are, encoded slashes included. */
  readonly rewritePath?: string;
  /** Instead of the frontend's. */
  readonly bodyBytes?: number;
  /** Who made it, such as `default/shop`: named in logs and problems. */
  readonly origin?: string;
}

export interface PathMatch {
  /** `prefix` matches whole segments, as Ingress's Prefix: /a takes /a and /a/b, not /ab. */
  readonly type: 'exact' | 'prefix';
  /** Begins with a slash. */
  readonly value: string;
}

export type RouteAction =
  | { readonly type: 'backend'; readonly backend: string }
  /** 308 to the same host and path on another scheme and port. Location has no port where it is the scheme's own. */
  | { readonly type: 'redirect'; readonly scheme: 'https' | 'http'; readonly port: number }
  /** Answered by the balancer: what a broken rule leads to. */
  | { readonly type: 'respond'; readonly status: 404 | 503; readonly reason: string };

export type HeaderRule =
  | { readonly action: 'set' | 'add'; readonly name: string; readonly value: string }
  | { readonly action: 'remove'; readonly name: string };

// ------------------------------------------------------------------------------------------------------------------ backends

export type Balance = 'roundrobin' | 'leastconn' | 'source' | 'random' | 'first';

export interface Backend {
  /** Unique, such as `default/web:http`. */
  readonly name: string;
  readonly mode: Mode;
  readonly balance: Balance;
  readonly servers: readonly Server[];
  /** Undefined: only traffic tells. */
  readonly check?: Check;
  readonly observe: Observe;
  readonly retries: Retries;
  readonly persistence?: CookiePersistence;
  /** A client address keeps its server for so long after its last request (sessionAffinity: ClientIP). Undefined: it does not. */
  readonly affinityMs?: number;
  /** Requests in flight on one server at most, where the server has none of its own. Undefined: no limit. In mode tcp connections. */
  readonly maxconn?: number;
  /** The limit while little is going on; grows to maxconn as the backend's requests in flight grow to fullconn (HAProxy's minconn). */
  readonly minconn?: number;
  readonly fullconn?: number;
  /** A server that comes back grows to its weight in this time. Undefined: at once. */
  readonly slowstartMs?: number;
  readonly queue: QueueLimits;
  /** Undefined: servers of role backup serve only when no primary is usable, all of them. */
  readonly backup?: BackupRule;
  /** How many primaries there should be. Undefined: as many as are listed. */
  readonly expectedPrimaries?: number;
  readonly sorry: SorryPage;
  /** Shown on purpose until then (milliseconds since the epoch), whatever the servers do. */
  readonly maintenanceUntil?: number;
  /** How long a departing server is waited for; then its tunnels end. Requests in flight go on as long as the server does. */
  readonly drainMs: number;
  readonly timeouts: ServerTimeouts;
}

export type ServerRole = 'primary' | 'backup';

/**
 * ready: serves. drain: only persisted users. maint: nobody, and its requests in flight end by themselves.
 * departing: as maint, and the engine says when nothing is left (EngineEvent `departed`), or `drainMs` or its own `departBy` is over and its
 * tunnels have ended.
 */
export type ServerState = 'ready' | 'drain' | 'maint' | 'departing';

export interface Server {
  /** What hash, cookies and statistics go by, across addresses and restarts; a pod's UID, or a name. Unique within its backend. */
  readonly id: string;
  /** What people see; unique within its backend. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly role: ServerRole;
  /** 0 to 256; 0 gets only persisted users. */
  readonly weight: number;
  readonly state: ServerState;
  /** Why it is not ready, for people: "not ready", "relevo.dev/state=maint". */
  readonly reason?: string;
  /** Where it runs; shares are also told per node. */
  readonly node?: string;
  /** Instead of the backend's. */
  readonly maxconn?: number;
  /** Milliseconds since the epoch by which a departing one has to be left. Undefined: drainMs alone. */
  readonly departBy?: number;
}

export interface Check {
  /** Undefined: a check is a TCP connection. */
  readonly http?: HttpCheck;
  /** Undefined: the server's own port. */
  readonly port?: number;
  readonly interMs: number;
  readonly timeoutMs: number;
  readonly rise: number;
  readonly fall: number;
  /** Asks each server for its weight and state in HAProxy's agent protocol. */
  readonly agent?: { readonly port: number; readonly interMs: number };
}

export interface HttpCheck {
  /** Default GET. */
  readonly method?: 'GET' | 'HEAD' | 'OPTIONS';
  readonly path: string;
  /** Undefined: the address of the server. */
  readonly host?: string;
  /** Codes and ranges: "200-399", "200,204". */
  readonly expect: string;
  /** The answer must have this field, and where `value` is given its value must contain it. */
  readonly header?: { readonly name: string; readonly value?: string };
  /** The first 16 KiB of the body must contain it. */
  readonly body?: string;
}

export interface Observe {
  /** So many failures in a row take a server out. */
  readonly failures: number;
  readonly ejectForMs: number;
  /** 0 to 1: at most this share of the servers is out because of answers 5xx. */
  readonly maxEjected: number;
}

export interface Retries {
  /** How often a request is sent again; 0 is never. */
  readonly attempts: number;
  /** Whether to another server, also against its persistence. */
  readonly redispatch: boolean;
}

export interface CookiePersistence {
  readonly name: string;
  readonly mode: 'insert' | 'prefix';
}

export interface QueueLimits {
  readonly timeoutMs: number;
  readonly max: number;
}

export interface ServerTimeouts {
  readonly connectMs: number;
  readonly serverMs: number;
  readonly tunnelMs: number;
}

export interface SorryPage {
  readonly retryAfterSeconds: number;
  /** The first is the default; the best by Accept and Accept-Language is shown. Empty: the plain pages of sorry/plain-pages.ts. */
  readonly variants: readonly SorryVariant[];
}

export interface SorryVariant {
  /** `text/html`, `application/json`, `text/plain`, … without parameters. */
  readonly contentType: string;
  /** `es`, `en-GB`; undefined: for everyone. */
  readonly language?: string;
  /** At most 65,536 bytes of UTF-8. */
  readonly body: string;
}
