// A worker thread's side of what all workers share.

import { type Clock, systemClock } from '../../../base/clock.ts';
import type { Dispatch, FrontendCounters } from '../dispatch.ts';
import type { TrafficState } from '../worker-tools.ts';
import { BackendDispatch, type DispatchTools } from './backend-dispatch.ts';
import { BackendView } from './backend-view.ts';
import { Bells } from './bells.ts';
import { commonMs } from './common-time.ts';
import { CookieNames } from './cookie-names.ts';
import { RecordTable } from './record-table.ts';
import { shapes } from './records.ts';
import { ServerChoice } from './server-choice.ts';
import { SharedFrontendCounters } from './traffic-counters.ts';
import { WaitingAsks } from './waiting-asks.ts';
import { WaitingRoom } from './waiting-room.ts';
import type { BackendPlan, FrontendPlan, WorkerInit, WorkerPlan } from './worker-plan.ts';

/** For tests that move time by hand. */
export interface WorkerTime {
  readonly clock: Clock;
  /** The same in all threads. */
  readonly commonMs: () => number;
  /** What `since` of asks is in. */
  readonly now: () => number;
}

const realTime: WorkerTime = { clock: systemClock, commonMs, now: () => performance.now() };

export class WorkerState implements TrafficState {
  readonly #worker: number;
  readonly #tables: Readonly<Record<keyof typeof shapes, RecordTable>>;
  readonly #bells: Bells;
  readonly #tools: DispatchTools;
  readonly #backends = new Map<string, BackendDispatch>();
  readonly #frontends = new Map<string, SharedFrontendCounters>();
  readonly #stopListening: () => void;
  #lostSeen = 0;

  constructor(init: WorkerInit, time: WorkerTime = realTime) {
    const { worker, workers, common } = init;
    this.#worker = worker;
    this.#bells = new Bells(common.bells, workers);
    this.#tables = {
      servers: new RecordTable(shapes.servers, workers),
      backends: new RecordTable(shapes.backends, workers),
      frontends: new RecordTable(shapes.frontends, workers),
    };
    const room = new WaitingRoom(common.waiting, this.#bells);
    const waiting = new WaitingAsks(room, worker);
    const { servers } = this.#tables;
    this.#tools = {
      ...time,
      ...{ worker, servers, bells: this.#bells, room, waiting, cookies: new CookieNames() },
    };
    this.update(init.plan);
    this.#stopListening = this.#bells.listen(worker, () => this.#look());
  }

  /** Plans come in the order in which SharedState made them. */
  update(plan: WorkerPlan): void {
    for (const name of ['servers', 'backends', 'frontends'] as const) {
      this.#tables[name].add(plan.memory[name]);
    }
    this.#tools.cookies.use(plan.cookieKey);
    // What was decided before the plan was made may be about servers that go with it.
    this.#tools.waiting.collect();
    for (const name of plan.removed) this.#close(name);
    for (const backend of plan.backends) this.#update(backend);
    this.#openFrontends(plan.frontends);
    this.#tools.waiting.collect();
  }

  dispatch(backend: string): Dispatch | undefined {
    return this.#backends.get(backend);
  }

  /** Of a frontend that the model does not have they are counted nowhere. */
  frontend(name: string): FrontendCounters {
    const known = this.#frontends.get(name);
    if (known) return known;
    const { words, numbers } = shapes.frontends;
    return new SharedFrontendCounters(new Int32Array(words), new Float64Array(numbers));
  }

  get connections(): number {
    let sum = 0;
    for (const { connections } of this.#frontends.values()) sum += connections;
    return sum;
  }

  /** Hears nothing any more; who waits is not told. Idempotent. */
  close(): void {
    this.#stopListening();
  }

  #look(): void {
    this.#tools.waiting.collect();
    const told = Atomics.load(this.#bells.words, this.#bells.lostAt);
    if (told === this.#lostSeen) return;
    this.#lostSeen = told;
    for (const backend of [...this.#backends.values()]) backend.hear();
  }

  #update(plan: BackendPlan): void {
    let backend = this.#backends.get(plan.name);
    if (!backend) {
      const { backends, servers } = this.#tables;
      const view = new BackendView(plan, backends.words(plan.record), servers, new ServerChoice());
      const numbers = backends.numbers(plan.record, this.#worker);
      backend = new BackendDispatch(view, numbers, this.#tools);
      this.#backends.set(plan.name, backend);
    }
    backend.update(plan);
  }

  #close(name: string): void {
    this.#backends.get(name)?.close();
    this.#backends.delete(name);
  }

  #openFrontends(plans: readonly FrontendPlan[]): void {
    for (const { name, record } of plans) {
      if (this.#frontends.has(name)) continue;
      const { frontends } = this.#tables;
      const numbers = frontends.numbers(record, this.#worker);
      this.#frontends.set(name, new SharedFrontendCounters(frontends.words(record), numbers));
    }
  }
}
