// An engine under test with a model that the test changes, and users in front of it.

import { silentLogger } from '../../../src/base/logger.ts';
import type {
  BackendStats,
  EngineEvent,
  EngineName,
  EngineStats,
  FrontendStats,
  LbEngine,
  Problem,
  ServerStats,
} from '../../../src/lb/engine.ts';
import type { LbEngineOptions } from '../../../src/lb/engine-options.ts';
import type { Backend, Frontend, LbModel, Server } from '../../../src/lb/model.ts';
import type { Ending } from '../ending.ts';
import { eventually } from '../eventually.ts';
import { freePort } from '../free-port.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { backendName, backendOf, frontendName, frontendOf, modelOf, serverOf } from './models.ts';
import { Origin } from './origin.ts';
import { type Answer, type Asked, ask } from './user.ts';

export interface Subject {
  readonly name: EngineName;
  /** Of the embedded engine; HAProxy takes as many threads. */
  readonly workers: number;
}

/** What a test changes of the model: everything else stays as it is. */
export interface Change {
  readonly servers?: readonly Server[];
  readonly backend?: Partial<Backend>;
  readonly frontend?: Partial<Frontend>;
  readonly model?: Partial<LbModel>;
}

export class EngineWorld {
  readonly engine: LbEngine;
  readonly port: number;
  readonly events: EngineEvent[] = [];
  #model: LbModel;

  private constructor(engine: LbEngine, port: number) {
    this.engine = engine;
    this.port = port;
    this.#model = modelOf([frontendOf(port)], [backendOf([])]);
    engine.events.subscribe((event) => this.events.push(event));
  }

  /** Serves nothing before the first apply(). */
  static async open(t: Ending, { name, workers }: Subject): Promise<EngineWorld> {
    const engine = await engineOf(name, { logger: silentLogger, folder: temporaryFolder(t), workers });
    t.after(() => engine.close());
    return new EngineWorld(engine, await freePort());
  }

  get model(): LbModel {
    return this.#model;
  }

  /** One frontend, one backend: what the change does not name stays. */
  apply(change: Change): Promise<readonly Problem[]> {
    const [frontend = frontendOf(this.port)] = this.#model.frontends;
    const [backend = backendOf([])] = this.#model.backends;
    const { servers = backend.servers } = change;
    return this.applyModel({
      ...this.#model,
      frontends: [{ ...frontend, ...change.frontend }],
      backends: [{ ...backend, ...change.backend, servers }],
      ...change.model,
    });
  }

  applyModel(model: LbModel): Promise<readonly Problem[]> {
    this.#model = model;
    return this.engine.apply(model);
  }

  /** Changes one server of the first backend, by its name. */
  change(name: string, change: Partial<Server>): Promise<readonly Problem[]> {
    const servers = this.#model.backends[0]?.servers ?? [];
    return this.apply({
      servers: servers.map((server) => (server.name === name ? { ...server, ...change } : server)),
    });
  }

  ask(asked: Asked = {}): Promise<Answer> {
    return ask(this.port, asked);
  }

  async stats(): Promise<EngineStats> {
    return this.engine.stats();
  }

  async frontend(name = frontendName): Promise<FrontendStats> {
    return found(
      (await this.stats()).frontends.find((one) => one.name === name),
      name,
    );
  }

  async backend(name = backendName): Promise<BackendStats> {
    return found(
      (await this.stats()).backends.find((one) => one.name === name),
      name,
    );
  }

  async server(name: string): Promise<ServerStats> {
    return found(
      (await this.backend()).servers.find((one) => one.name === name),
      name,
    );
  }

  /** Until new requests go to exactly these. */
  async untilActive(...names: string[]): Promise<void> {
    const wanted = names.toSorted().join();
    await eventually(async () => {
      const { servers } = await this.backend();
      const active = servers.filter((server) => server.active).map(({ name }) => name);
      if (active.toSorted().join() === wanted) return true;
      throw new Error(`active are ${active.join()} instead of ${wanted}`);
    });
  }
}

/** A world with origins of these names as primaries, all of them usable. */
export async function worldOf(
  t: Ending,
  subject: Subject,
  names: readonly string[],
  change: Change = {},
): Promise<{ world: EngineWorld; origins: Origin[] }> {
  const origins = await Promise.all(names.map((name) => Origin.start(t, name)));
  const world = await EngineWorld.open(t, subject);
  await world.apply({ servers: origins.map((origin) => serverOf(origin)), ...change });
  return { world, origins };
}

/** Loads only the one that is meant. */
async function engineOf(name: EngineName, options: LbEngineOptions): Promise<LbEngine> {
  if (name === 'embedded') {
    const { EmbeddedEngine } = await import('../../../src/lb/embedded/engine.ts');
    return new EmbeddedEngine(options);
  }
  const { HaproxyEngine } = await import('../../../src/lb/haproxy/engine.ts');
  return new HaproxyEngine(options);
}

function found<T>(one: T | undefined, name: string): T {
  if (one) return one;
  throw new Error(`the statistics do not have ${name}`);
}
