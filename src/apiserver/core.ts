// Puts the API server's core together: from a store and a gate to something that answers requests. Carriers and start-up are elsewhere.

import { kinds } from '../api/kinds.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Store } from '../store/store.ts';
import { AdmissionChain, type AdmissionPlugin } from './admission/admission.ts';
import { ApiServer, type Gate, type ResourceRoute } from './api-server.ts';
import { Discovery } from './discovery/discovery.ts';
import { type Check, Health } from './health.ts';
import { Metrics } from './metrics.ts';
import { OpenApi } from './openapi.ts';
import { PathHandler } from './path-handler.ts';
import { Reader } from './read/reader.ts';
import { Watcher } from './read/watcher.ts';
import { ResourceHandler, type ResourceParts } from './resource-handler.ts';
import { Scheme } from './scheme.ts';
import { Deleter } from './write/deleter.ts';
import { Patcher } from './write/patcher.ts';
import { Preparation } from './write/preparation.ts';
import { Writer } from './write/writer.ts';

export interface ApiCoreOptions {
  store: Store;
  clock: Clock;
  logger: Logger;
  /** 0 or more and below 1. */
  random: () => number;
  gate: Gate;
  plugins: readonly AdmissionPlugin[];
  /** What /version says. */
  version: object;
  /** Further documents by path. */
  documents?: ReadonlyMap<string, () => object>;
  checks?: ReadonlyMap<string, Check>;
  readiness?: ReadonlyMap<string, Check>;
  /** The routes that the generic handler does not serve, made of the parts that it is made of. */
  routes?(
    parts: ResourceParts & { scheme: Scheme; preparation: Preparation },
  ): ReadonlyMap<string, ResourceRoute>;
}

export interface ApiCore {
  api: ApiServer;
  scheme: Scheme;
  metrics: Metrics;
  /** Ends what the admission plugins follow. Idempotent. */
  close(): void;
}

export function createApiCore(options: ApiCoreOptions): ApiCore {
  const { store, clock, logger, random, gate } = options;
  const scheme = new Scheme(kinds);
  const metrics = new Metrics();
  const admission = new AdmissionChain(options.plugins);
  const preparation = new Preparation(admission, clock);
  const writer = new Writer(store, preparation);
  const parts: ResourceParts = {
    store,
    clock,
    reader: new Reader(store),
    watcher: new Watcher(store, clock, random),
    writer,
    patcher: new Patcher(writer, preparation),
    deleter: new Deleter(store, preparation, clock),
  };
  const paths = new PathHandler({
    discovery: new Discovery(scheme),
    openApi: new OpenApi(scheme),
    health: new Health(options.checks ?? new Map(), options.readiness ?? new Map()),
    metrics,
    version: options.version,
    documents: options.documents ?? new Map(),
  });
  const routes = options.routes?.({ ...parts, scheme, preparation }) ?? new Map();
  const resources = new ResourceHandler(parts);
  const api = new ApiServer({ gate, scheme, resources, routes, paths, metrics, logger });
  return { api, scheme, metrics, close: () => admission.close() };
}
