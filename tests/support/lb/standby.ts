// The backups of a test: hot ones run from the start; cold ones are started and taken away as the engine wants them, as the Deployment would
// that the balancer scales.

import type { Backend, Server } from '../../../src/lb/model.ts';
import type { Ending } from '../ending.ts';
import { eventually } from '../eventually.ts';
import type { EngineWorld } from './engine-world.ts';
import { serverOf } from './models.ts';
import { Origin } from './origin.ts';

export interface Standby {
  /** Ends those that run; while `broken` nothing starts. */
  break(): Promise<void>;
  mend(): Promise<void>;
  /** Until everything that was wanted is done. */
  settle(): Promise<void>;
}

/** Three of them: b1, b2, b3. */
export class HotStandby implements Standby {
  readonly #origins: readonly Origin[];

  private constructor(origins: readonly Origin[]) {
    this.#origins = origins;
  }

  static async start(t: Ending, delayMs: number): Promise<HotStandby> {
    const origins = await Promise.all(['b1', 'b2', 'b3'].map((name) => Origin.start(t, name)));
    for (const origin of origins) origin.delayMs = delayMs;
    return new HotStandby(origins);
  }

  get servers(): Server[] {
    return this.#origins.map((origin) => serverOf(origin, { role: 'backup' }));
  }

  async break(): Promise<void> {
    await Promise.all(this.#origins.map((origin) => origin.stop()));
  }

  async mend(): Promise<void> {
    await Promise.all(this.#origins.map((origin) => origin.start()));
  }

  async settle(): Promise<void> {}
}

/** Its pods are c1, c2, …: the newest goes first, after it has departed. */
export class ColdStandby implements Standby {
  readonly #t: Ending;
  readonly #world: EngineWorld;
  readonly #delayMs: number;
  readonly #pods: { origin: Origin; server: Server }[] = [];
  #count = 0;
  #wanted = 0;
  #broken = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(t: Ending, world: EngineWorld, delayMs: number) {
    this.#t = t;
    this.#world = world;
    this.#delayMs = delayMs;
    world.engine.events.subscribe((event) => {
      if (event.type === 'backups') this.#scale(event.wanted);
    });
  }

  async break(): Promise<void> {
    this.#broken = true;
    await this.settle();
    await Promise.all(this.#pods.map(({ origin }) => origin.stop()));
  }

  async mend(): Promise<void> {
    this.#broken = false;
    this.#scale(this.#wanted);
    await this.settle();
  }

  settle(): Promise<void> {
    return this.#turn;
  }

  #scale(wanted: number): void {
    this.#wanted = wanted;
    this.#turn = this.#turn.then(() => this.#reconcile());
  }

  async #reconcile(): Promise<void> {
    if (this.#broken) return;
    while (this.#pods.length < this.#wanted) await this.#startOne();
    while (this.#pods.length > this.#wanted) await this.#endOne();
  }

  async #startOne(): Promise<void> {
    const origin = await Origin.start(this.#t, `c${++this.#count}`);
    origin.delayMs = this.#delayMs;
    this.#pods.push({ origin, server: serverOf(origin, { role: 'backup' }) });
    await this.#apply();
  }

  async #endOne(): Promise<void> {
    const pod = this.#pods.at(-1);
    if (!pod) return;
    pod.server = { ...pod.server, state: 'departing' };
    await this.#apply();
    await eventually(() =>
      this.#world.events.some((event) => event.type === 'departed' && event.server === pod.server.id),
    );
    await pod.origin.stop();
    this.#pods.pop();
    await this.#apply();
  }

  async #apply(): Promise<void> {
    const [{ servers } = { servers: [] } as Pick<Backend, 'servers'>] = this.#world.model.backends;
    const primaries = servers.filter(({ role }) => role === 'primary');
    await this.#world.apply({ servers: [...primaries, ...this.#pods.map(({ server }) => server)] });
  }
}
