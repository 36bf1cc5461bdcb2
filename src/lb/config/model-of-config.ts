// From the configuration file of `relevo lb run` to the balancer's model. Names are looked up and files are read by whoever calls.

import { createHash } from 'node:crypto';
import path from 'node:path';
import { durationMs } from '../../api/measures.ts';
import type { BackendPolicySpec } from '../../api/relevo/backend-policy-types.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type {
  Backend,
  Bind,
  Certificate,
  ErrorPage,
  Frontend,
  LbModel,
  Route,
  RouteAction,
  Server,
  SorryPage,
  SorryVariant,
} from '../model.ts';
import { contradictionIn } from '../policy/contradictions.ts';
import { backendSettings } from '../policy/settings.ts';
import { addressPort } from './address-port.ts';
import { answerFile } from './answer-file.ts';
import type {
  BackendConfig,
  FrontendConfig,
  LbConfig,
  PageConfig,
  RouteConfig,
  ServerConfig,
} from './config-types.ts';

/** What of the surroundings a configuration means. All may throw an Error in one line, which becomes a fault of the field. */
export interface Surroundings {
  /** The text of a file, by the path that the configuration has. */
  readFile(name: string): string;
  /** The address of a host name; an IP address is its own. */
  addressOf(host: string): string;
  /** 48 bytes in base64 each. */
  readonly ticketKeys: readonly string[];
  /** The whole path of a file that is written. */
  pathOf(name: string): string;
  /** Where routes to the statistics lead; undefined: there are none. */
  readonly statistics?: { readonly address: string; readonly port: number };
}

export interface Fault {
  /** Such as `backends[0].servers[1].address`. */
  readonly field: string;
  readonly message: string;
}

/** The backend that routes with `statistics: true` lead to. */
const statisticsBackend = 'statistics';
const statisticsForms = [';csv', ';json', ';metrics', ';norefresh'];

/** With all faults at once; the model is whole when there are none. */
export function modelOfConfig(
  config: LbConfig,
  surroundings: Surroundings,
): { model: LbModel; faults: readonly Fault[] } {
  const reading = new Reading(config, surroundings);
  return { model: reading.model(), faults: reading.faults };
}

class Reading {
  readonly faults: Fault[] = [];
  readonly #config: LbConfig;
  readonly #around: Surroundings;
  readonly #certificates = new Map<string, Certificate>();

  constructor(config: LbConfig, around: Surroundings) {
    this.#config = config;
    this.#around = around;
  }

  model(): LbModel {
    const { frontends, backends, accessLog } = this.#config;
    const own = backends.map((backend, index) => this.#backend(backend, `backends[${index}]`));
    return {
      frontends: frontends.map((frontend, index) => this.#frontend(frontend, `frontends[${index}]`)),
      backends: [...own, ...this.#statistics()],
      certificates: [...this.#certificates.values()],
      secrets: { cookieKey: this.#cookieKey(), ticketKeys: this.#around.ticketKeys },
      ...(accessLog ? { accessLog: { ...accessLog, file: this.#around.pathOf(accessLog.file) } } : {}),
    };
  }

  /** What `find` throws is a fault of the field. */
  #try<T>(field: string, find: () => T): T | undefined {
    try {
      return find();
    } catch (error) {
      this.faults.push({ field, message: (error as Error).message });
      return undefined;
    }
  }

  /** Stays the same as long as the names of the backends do: cookies live on over restarts. */
  #cookieKey(): string {
    const names = this.#config.backends.map(({ name }) => name);
    return this.#config.cookieKey ?? createHash('sha256').update(names.join('\n')).digest('base64');
  }

  #frontend(config: FrontendConfig, at: string): Frontend {
    const { name, mode, tls, defaultBackend, maxconn, limits, timeouts, errorPages = [] } = config;
    const certificates = tls?.flatMap((pair, index) => this.#certificate(pair, `${at}.tls[${index}]`));
    return {
      ...{ name, mode, trustedProxies: config.trustedProxies, proxyProtocolFrom: config.proxyProtocolFrom },
      binds: config.bind.flatMap((bind, index) => this.#bind(bind, certificates, `${at}.bind[${index}]`)),
      routes: config.routes.flatMap((route, index) => this.#routes(route, `${at}.routes[${index}]`)),
      ...(defaultBackend === undefined ? {} : { defaultBackend }),
      limits: { headBytes: limits.head, headers: limits.headers, ...bodyBytes(limits.body) },
      timeouts: { clientMs: durationMs(timeouts.client), idleMs: durationMs(timeouts.idle) },
      ...(maxconn === undefined ? {} : { maxconn }),
      ...(errorPages.length > 0 ? { errorPages: this.#errorPages(errorPages, `${at}.errorPages`) } : {}),
    };
  }

  #errorPages(pages: NonNullable<FrontendConfig['errorPages']>, at: string): ErrorPage[] {
    return pages.flatMap(({ status, ...page }, index) =>
      this.#page(page, `${at}[${index}]`).map(({ contentType, body }) => ({ status, contentType, body })),
    );
  }

  #bind(text: string, certificates: readonly string[] | undefined, at: string): Bind[] {
    const bind = this.#try(at, () => addressPort(text, '0.0.0.0'));
    return bind ? [{ ...bind, ...(certificates ? { certificates } : {}) }] : [];
  }

  /** By its name. */
  #certificate({ certificate, key }: { certificate: string; key?: string }, at: string): string[] {
    const chain = this.#try(`${at}.certificate`, () => this.#around.readFile(certificate));
    const own = key === undefined ? chain : this.#try(`${at}.key`, () => this.#around.readFile(key));
    if (chain === undefined || own === undefined) return [];
    this.#certificates.set(certificate, { name: certificate, chain, key: own });
    return [certificate];
  }

  /** The statistics have more than one form, each on a path of its own. */
  #routes(config: RouteConfig, at: string): Route[] {
    const { statistics, exactPath } = config;
    if (!statistics) return this.#route(config, at);
    if (!this.#around.statistics) {
      this.faults.push({
        field: `${at}.statistics`,
        message: 'there are none: add "statistics:" to the file',
      });
      return [];
    }
    const where = exactPath ?? this.#config.statistics?.path.split('?')[0] ?? '/stats';
    return ['', ...statisticsForms].flatMap((form) =>
      this.#route({ ...config, exactPath: `${where}${form}` }, at),
    );
  }

  #route(config: RouteConfig, at: string): Route[] {
    const action = this.#action(config, at);
    if (!action) return [];
    const { host, path: prefix, exactPath, rewritePath, requestHeaders, responseHeaders } = config;
    const value = exactPath ?? prefix;
    const type = exactPath === undefined ? 'prefix' : 'exact';
    const route = {
      ...{ action, origin: at, host: host?.toLowerCase(), rewritePath, requestHeaders, responseHeaders },
      ...(value === undefined ? {} : { path: { type, value } as const }),
      ...bodyBytes(config.bodyLimit),
    };
    return [withoutUndefined(route)];
  }

  #action(config: RouteConfig, at: string): RouteAction | undefined {
    const { backend, redirect, redirectPort, statistics } = config;
    const given = [backend, redirect, statistics || undefined].filter((one) => one !== undefined);
    if (given.length !== 1) {
      this.faults.push({ field: at, message: 'a route has exactly one of backend, redirect and statistics' });
      return undefined;
    }
    if (redirect) {
      const port = redirectPort ?? (redirect === 'https' ? 443 : 80);
      return { type: 'redirect', scheme: redirect, port };
    }
    return { type: 'backend', backend: backend ?? statisticsBackend };
  }

  #backend(config: BackendConfig, at: string): Backend {
    const { name, mode, perServer, backup, maintenance, affinity, servers } = config;
    const { balance, check, observe, retries, persistence, queue, drain, timeouts } = config;
    const spec: BackendPolicySpec = {
      ...{ balance, check, observe, retries, persistence, queue, drain, timeouts, maintenance },
      targetRef: { kind: 'Service', name },
      servers: { from: 'pods', ...perServer },
      ...(backup ? { backup: { ...backup, selector: {}, max: 1, start: 'hot' } } : {}),
    };
    const problem = contradictionIn(spec);
    if (problem !== undefined) this.faults.push({ field: at, message: inOurWords(problem) });
    return {
      ...backendSettings(spec, this.#sorry(config.sorry, `${at}.sorry`)),
      ...{ name, mode },
      servers: servers.flatMap((server, index) => this.#server(server, `${at}.servers[${index}]`)),
      ...(affinity === undefined ? {} : { affinityMs: durationMs(affinity) }),
    };
  }

  #server(config: ServerConfig, at: string): Server[] {
    const { name = config.address, weight, maxconn, backup, state, cookie = name, node } = config;
    const place = this.#try(`${at}.address`, () => {
      const { address, port } = addressPort(config.address);
      return { address: this.#around.addressOf(address), port };
    });
    if (!place) return [];
    const role = backup ? 'backup' : 'primary';
    return [withoutUndefined({ ...place, id: cookie, name, role, weight, state, maxconn, node } as const)];
  }

  #sorry({ pages, retryAfter }: BackendConfig['sorry'], at: string): SorryPage {
    const variants = pages.flatMap((page, index) => this.#page(page, `${at}.pages[${index}]`));
    return { retryAfterSeconds: retryAfter, variants };
  }

  #page({ file, text, contentType, language }: PageConfig, at: string): SorryVariant[] {
    if ((file === undefined) === (text === undefined)) {
      this.faults.push({ field: at, message: 'a page has exactly one of file and text' });
      return [];
    }
    const read = file === undefined ? text : this.#try(`${at}.file`, () => this.#around.readFile(file));
    if (read === undefined) return [];
    const { body, type } = answerFile(read);
    if (Buffer.byteLength(body) > 65_536) {
      this.faults.push({ field: at, message: 'a page has 64 kB at most' });
      return [];
    }
    return [
      withoutUndefined({ contentType: contentType ?? type ?? contentTypeOf(file ?? ''), language, body }),
    ];
  }

  #statistics(): Backend[] {
    const place = this.#around.statistics;
    if (!place || !this.#config.frontends.some(({ routes }) => routes.some((one) => one.statistics)))
      return [];
    const server: Server = {
      ...{ id: statisticsBackend, name: statisticsBackend, ...place },
      ...{ role: 'primary', weight: 1, state: 'ready' },
    };
    return [plainBackend(statisticsBackend, server)];
  }
}

function plainBackend(name: string, server: Server): Backend {
  return {
    ...{ name, mode: 'http', balance: 'roundrobin', servers: [server], drainMs: 0 },
    observe: { failures: 1_000, ejectForMs: 100, maxEjected: 0 },
    retries: { attempts: 1, redispatch: false },
    queue: { timeoutMs: 2_000, max: 100 },
    sorry: { retryAfterSeconds: 5, variants: [] },
    timeouts: { connectMs: 1_000, serverMs: 10_000, tunnelMs: 10_000 },
  };
}

/** A policy calls them servers, which are something else here. */
function inOurWords(problem: string): string {
  return problem.replace(/\bservers\.(?=m|fullconn|slowstart)/g, 'perServer.');
}

function bodyBytes(limit: number | undefined): { bodyBytes?: number } {
  return limit === undefined ? {} : { bodyBytes: limit };
}

const contentTypes: Readonly<Record<string, string>> = {
  ...{ '.html': 'text/html', '.htm': 'text/html', '.json': 'application/json', '.txt': 'text/plain' },
};

function contentTypeOf(file: string): string {
  return contentTypes[path.extname(file).toLowerCase()] ?? 'text/html';
}
