// The configuration file of `relevo lb run` once its defaults are filled in: config-schema.ts says what each field means.

import type { BackendPolicySpec, PolicyBackup } from '../../api/relevo/backend-policy-types.ts';
import type { AccessLogFormat } from '../access-log/formats.ts';
import type { ErrorPage, HeaderRule, Mode } from '../model.ts';

export interface LbConfig {
  frontends: FrontendConfig[];
  backends: BackendConfig[];
  statistics?: { bind?: string; path: string; user: string; password?: string };
  accessLog?: { format: AccessLogFormat; file: string };
  cookieKey?: string;
}

export interface FrontendConfig {
  name: string;
  mode: Mode;
  bind: string[];
  tls?: { certificate: string; key?: string }[];
  defaultBackend?: string;
  routes: RouteConfig[];
  trustedProxies: string[];
  proxyProtocolFrom: string[];
  limits: { head: number; headers: number; body?: number };
  timeouts: { client: string; idle: string };
  maxconn?: number;
  errorPages?: (PageConfig & { status: ErrorPage['status'] })[];
}

export interface RouteConfig {
  host?: string;
  path?: string;
  exactPath?: string;
  backend?: string;
  redirect?: 'https' | 'http';
  redirectPort?: number;
  statistics?: boolean;
  rewritePath?: string;
  requestHeaders?: HeaderRule[];
  responseHeaders?: HeaderRule[];
  bodyLimit?: number;
}

type PolicyPart = Pick<
  BackendPolicySpec,
  'balance' | 'check' | 'observe' | 'retries' | 'persistence' | 'queue' | 'maintenance' | 'drain' | 'timeouts'
>;

export interface BackendConfig extends PolicyPart {
  name: string;
  mode: Mode;
  servers: ServerConfig[];
  perServer: { maxconn?: number; minconn?: number; fullconn?: number; slowstart?: string };
  backup?: Omit<PolicyBackup, 'selector' | 'max' | 'start'>;
  sorry: { pages: PageConfig[]; retryAfter: number };
  affinity?: string;
}

export interface ServerConfig {
  name?: string;
  address: string;
  weight: number;
  maxconn?: number;
  backup: boolean;
  state: 'ready' | 'drain' | 'maint';
  cookie?: string;
  node?: string;
}

export interface PageConfig {
  file?: string;
  text?: string;
  contentType?: string;
  language?: string;
}
