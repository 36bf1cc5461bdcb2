// What an import gathers while it reads: the configuration of `lb run` before its defaults, with what has to be known to connect the parts.

import type {
  BackendConfig,
  FrontendConfig,
  LbConfig,
  PageConfig,
  RouteConfig,
  ServerConfig,
} from '../config/config-types.ts';
import type { ConfigLine } from './haproxy-file.ts';

export type DeepPartial<T> = T extends readonly (infer E)[]
  ? DeepPartial<E>[]
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> }
    : T;

/** Written down as it is: what is not said has the defaults of `lb run`. */
export type LooseConfig = DeepPartial<LbConfig>;

export interface FrontendDraft {
  readonly config: DeepPartial<FrontendConfig> & { name: string; bind: string[] };
  readonly acls: Map<string, Acl[]>;
  readonly routes: {
    readonly line: ConfigLine;
    readonly backend: string;
    readonly words: readonly string[];
  }[];
  readonly errorPages: Map<string, PageConfig>;
  readonly statistics: StatisticsDraft;
  /** Put before what routes say. */
  readonly headers: HeaderDraft;
  redirectsToHttps?: ConfigLine;
}

export interface BackendDraft {
  readonly config: DeepPartial<BackendConfig> & { name: string };
  readonly servers: (DeepPartial<ServerConfig> & { address: string; disabled?: boolean })[];
  readonly defaultServer: Map<string, string>;
  readonly check: { http?: Record<string, string | object>; agentPort?: number; isOn: boolean };
  readonly pages: Map<string, PageConfig>;
  readonly statistics: StatisticsDraft;
  readonly headers: HeaderDraft;
}

export interface HeaderDraft {
  readonly request: NonNullable<RouteConfig['requestHeaders']>;
  readonly response: NonNullable<RouteConfig['responseHeaders']>;
}

export interface StatisticsDraft {
  enabled: boolean;
  uri?: string;
  user?: string;
  password?: string;
}

/** One line of an acl: what is looked at, and the values it may have. */
export interface Acl {
  readonly fetch: string;
  readonly values: readonly string[];
}

export function newFrontend(name: string): FrontendDraft {
  return {
    config: { name, bind: [] },
    ...{ acls: new Map(), routes: [], errorPages: new Map(), statistics: { enabled: false } },
    headers: { request: [], response: [] },
  };
}

export function newBackend(name: string): BackendDraft {
  return {
    config: { name },
    ...{ servers: [], defaultServer: new Map(), check: { isOn: false }, pages: new Map() },
    ...{ statistics: { enabled: false }, headers: { request: [], response: [] } },
  };
}
