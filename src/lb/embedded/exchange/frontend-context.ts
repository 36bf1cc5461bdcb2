// What the connections of one frontend in one worker share. The settings are those of the newest model; a request that has begun keeps
// what it looked up.

import { AddressRanges } from '../../address-ranges.ts';
import type { Frontend } from '../../model.ts';
import { Router } from '../../routing.ts';
import type { Dispatch, FrontendCounters } from '../dispatch.ts';
import type { WorkerTools } from '../worker-tools.ts';
import { Deadlines } from './deadlines.ts';
import { UpstreamPool } from './upstream-pool.ts';

const poolBeatMs = 500;

export class FrontendContext {
  readonly tools: WorkerTools;
  readonly counters: FrontendCounters;
  readonly deadlines = new Deadlines();
  readonly #pools = new Map<Dispatch, UpstreamPool>();
  #poolTimer: NodeJS.Timeout | undefined;
  frontend: Frontend;
  router: Router;
  trusted: AddressRanges;
  /** No connection goes on after its next answer. */
  draining = false;

  constructor(frontend: Frontend, tools: WorkerTools) {
    this.tools = tools;
    this.counters = tools.state.frontend(frontend.name);
    this.frontend = frontend;
    this.router = new Router(frontend.routes);
    this.trusted = new AddressRanges(frontend.trustedProxies);
  }

  /** Idle connections to backends that are in no model any more are closed. */
  update(frontend: Frontend): void {
    this.frontend = frontend;
    this.router = new Router(frontend.routes);
    this.trusted = new AddressRanges(frontend.trustedProxies);
    for (const [dispatch, pool] of this.#pools) {
      if (this.tools.state.dispatch(dispatch.backend.name) === dispatch) continue;
      this.#pools.delete(dispatch);
      pool.close();
    }
  }

  poolOf(dispatch: Dispatch): UpstreamPool {
    const known = this.#pools.get(dispatch);
    if (known !== undefined) return known;
    const pool = new UpstreamPool(dispatch);
    this.#pools.set(dispatch, pool);
    this.#poolTimer ??= setInterval(() => this.#expirePools(), poolBeatMs).unref();
    return pool;
  }

  /** Closes idle connections to servers. Idempotent. */
  close(): void {
    clearInterval(this.#poolTimer);
    this.#poolTimer = undefined;
    for (const pool of this.#pools.values()) pool.close();
    this.#pools.clear();
  }

  #expirePools(): void {
    const now = performance.now();
    for (const pool of this.#pools.values()) pool.expire(now);
  }
}
