// A balancer with its engine and its statistics, put together: in a cluster of our own as a supervised process, elsewhere by itself.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { Balancer } from '../balancer/balancer.ts';
import type { BalancerAddresses, BalancerOptions } from '../balancer/options.ts';
import type { BoundPort } from '../base/bound-port.ts';
import { systemClock } from '../base/clock.ts';
import type { EngineName, LbEngine } from '../lb/engine.ts';
import type { OpenPort } from '../lb/engine-options.ts';
import { SavedModel } from '../lb/saved-model.ts';
import { StatisticsServer } from '../lb/statistics/statistics-server.ts';
import type { KilledBalancer } from '../machinery/machinery.ts';
import { engineOf } from './lb-engines.ts';
import { keepSmall } from './log-rotation.ts';

export interface BalancingOptions {
  /** The transport stays the caller's. */
  readonly client: BalancerOptions['client'];
  readonly logger: BalancerOptions['logger'];
  readonly name: string;
  readonly addresses: BalancerAddresses;
  readonly engine: EngineName;
  /** Its own; made when it is missing. */
  readonly folder: string;
  readonly accessLog?: BalancerOptions['accessLog'];
  readonly withdraws?: BalancerOptions['withdraws'];
  readonly openPort?: OpenPort;
  /** Undefined: there are none. */
  readonly statistics?: StatisticsPlace;
}

export interface StatisticsPlace {
  readonly title: string;
  readonly path: string;
  readonly user: string;
  readonly password: string;
  /** One for each address. */
  readonly open: readonly (() => Promise<BoundPort>)[];
}

export class Balancing {
  readonly #options: BalancingOptions;
  readonly #engine: LbEngine;
  readonly #saved: SavedModel;
  readonly #balancer: Balancer;
  readonly #statistics: StatisticsServer[] = [];
  #stopRotation: () => void = () => {};

  private constructor(options: BalancingOptions, engine: LbEngine) {
    const { folder, openPort, statistics, ...balancer } = options;
    const { logger } = options;
    this.#options = options;
    this.#engine = engine;
    this.#saved = new SavedModel(path.join(folder, 'model.json'), logger);
    this.#balancer = new Balancer({
      // Users wait: what was served a moment ago is nearly always right, and what the API says follows at once.
      ...{ ...balancer, saved: this.#saved, patienceMs: 0 },
      ...{ engine, clock: systemClock, random: Math.random, version: manifest.version },
    });
  }

  /** Makes its folder, and starts nothing yet. */
  static async open(options: BalancingOptions): Promise<Balancing> {
    const { engine, logger, openPort } = options;
    const folder = path.join(options.folder, 'engine');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new Balancing(options, await engineOf(engine, { logger, folder, openPort }));
  }

  /** Resolves when it serves: what the API says or, with the API away, what it served last. Rejects when it is closed before. */
  async start(): Promise<void> {
    const { accessLog } = this.#options;
    if (accessLog) this.#stopRotation = keepSmall(accessLog.file, systemClock);
    await this.#balancer.start();
    const { statistics } = this.#options;
    if (statistics) await this.#openStatistics(statistics);
  }

  /** As a fault: the engine is started again. */
  killEngine(): KilledBalancer {
    const { pid, name } = this.#engine;
    if (pid === 0) throw new Error('the engine is being started: try again in a moment');
    process.kill(pid, 'SIGKILL');
    return { pid, engine: name };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#stopRotation();
    await Promise.all(this.#statistics.map((server) => server.close()));
    await this.#balancer.close();
    await this.#engine.close();
    await this.#saved.close();
  }

  /** Without them it serves all the same, and where they cannot be had at one address, at the others. */
  async #openStatistics({
    title,
    path: where,
    user,
    password,
    open: places,
  }: StatisticsPlace): Promise<void> {
    const { logger, engine } = this.#options;
    const source = {
      ...{ title, engine },
      model: () => this.#balancer.model,
      stats: () => this.#engine.stats(),
    };
    for (const open of places) {
      try {
        const server = new StatisticsServer({ source, path: where, user, password });
        await server.listen(await open());
        this.#statistics.push(server);
      } catch (error) {
        logger.error('the statistics cannot be had', { error });
      }
    }
  }
}
