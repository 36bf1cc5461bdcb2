// A balancer without a cluster: one configuration file, an engine, and the statistics. A file that became bad changes nothing.

import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFileSync, rmSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { FileFaults } from '../api/schema/file-faults.ts';
import type { Logger } from '../base/logger.ts';
import { addressPort } from '../lb/config/address-port.ts';
import type { LbConfig } from '../lb/config/config-types.ts';
import { modelOfConfig, type Surroundings } from '../lb/config/model-of-config.ts';
import { readConfig } from '../lb/config/read-config.ts';
import type { EngineEvent, EngineName, LbEngine, Problem } from '../lb/engine.ts';
import type { LbModel } from '../lb/model.ts';
import { checkModel } from '../lb/model-check.ts';
import { engineOf } from './lb-engines.ts';
import { makeLoneFolder } from './lone-folder.ts';
import { LoneStatistics, type StatisticsPlaces } from './lone-statistics.ts';

export interface LoneBalancerOptions {
  /** The configuration. */
  readonly file: string;
  readonly engine: EngineName;
  readonly logger: Logger;
  /** Threads; undefined: as many as the machine has cores. */
  readonly workers?: number;
  readonly onEvent?: (event: EngineEvent) => void;
}

/** Reads the file and says what is wrong with it, without starting anything. Throws FileFaults. */
export async function checkConfiguration(
  file: string,
): Promise<{ frontends: number; backends: number; problems: readonly Problem[] }> {
  const reading = readFile(file);
  const statistics = reading.value.statistics && { address: '127.0.0.1', port: 1 };
  const model = await modelOf(reading, file, {
    ticketKeys: [randomBytes(48).toString('base64')],
    statistics,
  });
  return { ...countsOf(reading.value), problems: checkModel(model) };
}

export class LoneBalancer {
  readonly #options: LoneBalancerOptions;
  readonly #folder: string;
  readonly #engine: LbEngine;
  /** Those who have been here before know them: they stay the same while this runs. */
  readonly #ticketKeys = [randomBytes(48).toString('base64')];
  #model: LbModel | undefined;
  #statistics: LoneStatistics | undefined;

  private constructor(options: LoneBalancerOptions, engine: LbEngine, folder: string) {
    this.#options = options;
    this.#engine = engine;
    this.#folder = folder;
    if (options.onEvent) this.#engine.events.subscribe(options.onEvent);
  }

  /**
   * Resolves when the file is in force, with what of it could not be done; that is tried again by itself. Throws FileFaults for a file that
   * is wrong, and an Error in one line when the engine or the statistics cannot start.
   */
  static async start(
    options: LoneBalancerOptions,
  ): Promise<{ balancer: LoneBalancer; problems: readonly Problem[] }> {
    const { logger, workers } = options;
    const folder = makeLoneFolder();
    const engine = await engineOf(options.engine, { logger, folder, workers });
    const balancer = new LoneBalancer(options, engine, folder);
    try {
      return { balancer, problems: await balancer.reload() };
    } catch (error) {
      await balancer.close();
      throw error;
    }
  }

  get statistics(): StatisticsPlaces | undefined {
    return this.#statistics?.places;
  }

  get model(): LbModel | undefined {
    return this.#model;
  }

  /** Reads the file again. What it throws leaves everything as it was; the statistics stay where they are once they are anywhere. */
  async reload(): Promise<readonly Problem[]> {
    const { file } = this.#options;
    const reading = readFile(file);
    this.#statistics ??= await this.#openStatistics(reading.value);
    const statistics = this.#statistics?.address;
    const model = await modelOf(reading, file, { ticketKeys: this.#ticketKeys, statistics });
    const problems = checkModel(model);
    const failed = await this.#engine.apply(model);
    this.#model = model;
    return [...problems, ...failed];
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#statistics?.close();
    await this.#engine.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #openStatistics(config: LbConfig): Promise<LoneStatistics | undefined> {
    const source = {
      ...{ title: path.basename(this.#options.file), engine: this.#options.engine },
      model: () => this.#model,
      stats: () => this.#engine.stats(),
    };
    return config.statistics && LoneStatistics.open(config, source);
  }
}

function readFile(file: string): ReturnType<typeof readConfig> {
  return readConfig(textOf(file), file);
}

async function modelOf(
  { value: config, lineOf }: ReturnType<typeof readConfig>,
  file: string,
  around: Pick<Surroundings, 'ticketKeys' | 'statistics'>,
): Promise<LbModel> {
  const addresses = await addressesOf(config);
  const pathOf = (name: string) => path.resolve(path.dirname(file), name);
  const { model, faults } = modelOfConfig(config, {
    ...around,
    pathOf,
    readFile: (name) => textOf(pathOf(name)),
    addressOf: (host) => {
      const address = addresses.get(host);
      if (address !== undefined) return address;
      throw new Error(`"${host}" cannot be looked up: use an address`);
    },
  });
  if (faults.length === 0) return model;
  throw new FileFaults(faults.map(({ field, message }) => `${lineOf(field)}: ${field}: ${message}`));
}

function countsOf({ frontends, backends }: LbConfig): { frontends: number; backends: number } {
  return { frontends: frontends.length, backends: backends.length };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new FileFaults([`${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`]);
  }
}

/** Of all servers; what cannot be looked up is not in it. */
async function addressesOf({ backends }: LbConfig): Promise<Map<string, string>> {
  const addresses = new Map<string, string>();
  const hosts = new Set(backends.flatMap(({ servers }) => servers.map(({ address }) => hostOf(address))));
  await Promise.all(
    [...hosts].map(async (host) => {
      const found = isIP(host) ? { address: host } : await lookup(host, { family: 4 }).catch(() => undefined);
      if (found) addresses.set(host, found.address);
    }),
  );
  return addresses;
}

function hostOf(text: string): string {
  try {
    return addressPort(text).address;
  } catch {
    // Reading the configuration tells of it, with its line.
    return '127.0.0.1';
  }
}
