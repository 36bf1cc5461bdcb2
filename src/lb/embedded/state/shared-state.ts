// The main thread's side of what all workers share: takes models, checks servers, calls backups in, sees departures through, counts.

import { type Clock, systemClock } from '../../../base/clock.ts';
import { Subscribable } from '../../../base/subscribable.ts';
import type { EngineEvent, EngineStats } from '../../engine.ts';
import type { Backend, LbModel } from '../../model.ts';
import { Bells } from './bells.ts';
import { commonMs } from './common-time.ts';
import { type AskAgent, askAgent } from './control/agent-probe.ts';
import { BackendControl } from './control/backend-control.ts';
import type { ControlTools } from './control/control-tools.ts';
import { type Probe, probe } from './control/probe.ts';
import { RecordPool } from './control/record-pool.ts';
import { backendStats, frontendStats, inFlightOf } from './control/statistics.ts';
import { RecordTable } from './record-table.ts';
import { backendNumber, serverNumber, shapes } from './records.ts';
import { WaitingRoom } from './waiting-room.ts';
import type { BackendPlan, FrontendPlan, WorkerInit, WorkerPlan } from './worker-plan.ts';

export interface SharedStateOptions {
  /** 1 to 64; each is given its init once. A worker that dies leaves requests in flight for ever: its process has to end with it. */
  readonly workers: number;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** For tests that move time by hand: what all threads read alike. */
  readonly commonMs?: () => number;
  /** Default: real ones. */
  readonly probe?: Probe;
  readonly askAgent?: AskAgent;
}

/** How often backups, departures and what else depends on time are looked after, when nothing happens. */
const lookEveryMs = 50;

export class SharedState {
  readonly events = new Subscribable<EngineEvent>();
  readonly #clock: Clock;
  readonly #workers: number;
  readonly #tools: ControlTools;
  readonly #common = {
    bells: new SharedArrayBuffer(0),
    waiting: new SharedArrayBuffer(0),
  };
  readonly #backends = new Map<string, BackendControl>();
  /** Those that are gone included: their records wait for their return. */
  readonly #frontends = new Map<string, number>();
  #model: LbModel | undefined;
  #stopTimer = () => {};
  #stopListening = () => {};

  constructor(options: SharedStateOptions) {
    this.#workers = options.workers;
    this.#clock = options.clock ?? systemClock;
    this.#common = { bells: Bells.memory(options.workers), waiting: WaitingRoom.memory(options.workers) };
    const bells = new Bells(this.#common.bells, options.workers);
    this.#tools = {
      clock: this.#clock,
      commonMs: options.commonMs ?? commonMs,
      pools: poolsFor(options.workers),
      bells,
      room: new WaitingRoom(this.#common.waiting, bells),
      probe: options.probe ?? probe,
      askAgent: options.askAgent ?? askAgent,
      emit: (event) => this.events.emit({ ...event, at: this.#clock.now() }),
    };
    this.#stopListening = bells.listen('main', () => this.#lookAtNews());
    this.#lookLater();
  }

  /** Takes a model that has passed checkModel(); what comes back has to be posted to every worker, in order. */
  plan(model: LbModel): WorkerPlan {
    for (const pool of Object.values(this.#tools.pools)) pool.sweep();
    const removed = this.#remove(model.backends);
    const frontends = model.frontends.flatMap(({ name }) => this.#openFrontend(name));
    const backends = model.backends.flatMap((backend) => this.#update(backend) ?? []);
    this.#model = model;
    return { memory: this.#grown(), cookieKey: model.secrets.cookieKey, frontends, backends, removed };
  }

  /** For one worker, after the first plan: it knows all plans so far, and has to be posted the later ones. */
  workerInit(worker: number): WorkerInit {
    const plan: WorkerPlan = {
      memory: this.#memory(),
      cookieKey: this.#model?.secrets.cookieKey ?? '',
      frontends: [...this.#frontends].map(([name, record]) => ({ name, record })),
      backends: [...this.#backends.values()].map((backend) => backend.completePlan()),
      removed: [],
    };
    return { worker, workers: this.#workers, common: this.#common, plan };
  }

  /** Requests (in mode tcp connections) in flight on all frontends. Cheap. */
  inFlight(): number {
    const { frontends } = this.#tools.pools;
    return [...this.#frontends.values()].reduce((sum, record) => sum + inFlightOf(record, frontends), 0);
  }

  stats(): Pick<EngineStats, 'frontends' | 'backends'> {
    const { pools } = this.#tools;
    const nowMs = this.#tools.commonMs();
    const names = this.#model?.frontends.map(({ name }) => name) ?? [];
    return {
      frontends: names.map((name) =>
        frontendStats(name, this.#frontends.get(name) as number, pools.frontends),
      ),
      backends: [...this.#backends.values()].map((backend) => backendStats(backend, pools, nowMs)),
    };
  }

  /** Stops checks and timers. Idempotent. */
  close(): void {
    this.#stopTimer();
    this.#stopListening();
    for (const backend of this.#backends.values()) backend.stopChecks();
  }

  #update(backend: Backend): BackendPlan | undefined {
    const known = this.#backends.get(backend.name);
    if (known) return known.update(backend);
    const control = new BackendControl(backend, this.#tools);
    this.#backends.set(backend.name, control);
    return control.update(backend);
  }

  #remove(backends: readonly Backend[]): string[] {
    const present = new Set(backends.map(({ name }) => name));
    const removed = [...this.#backends.keys()].filter((name) => !present.has(name));
    for (const name of removed) {
      this.#backends.get(name)?.close();
      this.#backends.delete(name);
    }
    return removed;
  }

  #openFrontend(name: string): FrontendPlan[] {
    if (this.#frontends.has(name)) return [];
    const record = this.#tools.pools.frontends.take();
    this.#frontends.set(name, record);
    return [{ name, record }];
  }

  #grown(): WorkerPlan['memory'] {
    const { servers, backends, frontends } = this.#tools.pools;
    return {
      servers: servers.takeGrown(),
      backends: backends.takeGrown(),
      frontends: frontends.takeGrown(),
    };
  }

  #memory(): WorkerPlan['memory'] {
    const { servers, backends, frontends } = this.#tools.pools;
    return {
      servers: servers.table.segments,
      backends: backends.table.segments,
      frontends: frontends.table.segments,
    };
  }

  #lookAtNews(): void {
    for (const backend of this.#backends.values()) if (backend.hasNews) backend.look();
  }

  #lookLater(): void {
    this.#stopTimer = this.#clock.after(lookEveryMs, () => {
      this.#lookLater();
      for (const backend of this.#backends.values()) {
        if (backend.isRestless || backend.hasNews) backend.look();
      }
    });
  }
}

function poolsFor(workers: number): ControlTools['pools'] {
  const pool = (name: keyof typeof shapes, holdsAt?: number) =>
    new RecordPool(new RecordTable(shapes[name], workers), shapes[name], workers, holdsAt);
  return {
    servers: pool('servers', serverNumber.holds),
    backends: pool('backends', backendNumber.holds),
    frontends: pool('frontends'),
  };
}
