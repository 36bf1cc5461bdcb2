// The embedded engine in the balancer's process: it holds the ports, keeps the engine process alive and tells it what to serve. No byte of
// traffic passes here.

import { availableParallelism } from 'node:os';
import { type Clock, systemClock } from '../../base/clock.ts';
import { Subscribable } from '../../base/subscribable.ts';
import { wantedBinds } from '../binds.ts';
import { ChangePace } from '../change-pace.ts';
import type { EngineEvent, EngineStats, LbEngine, Problem } from '../engine.ts';
import type { LbEngineOptions } from '../engine-options.ts';
import { Listeners } from '../listeners.ts';
import type { LbModel } from '../model.ts';
import type { EngineLife } from './engine-life.ts';
import { EngineLives } from './engine-lives.ts';

interface Job {
  readonly model: LbModel;
  readonly done: PromiseWithResolvers<readonly Problem[]>;
}

const mostWorkers = 64;
const longestRestMs = 50;
/** A process may be killed while it takes a model; one that dies so often dies of it. */
const mostTries = 3;

export class EmbeddedEngine implements LbEngine {
  readonly name = 'embedded';
  readonly events = new Subscribable<EngineEvent>();
  readonly #clock: Clock;
  readonly #pace: ChangePace;
  readonly #listeners: Listeners;
  readonly #lives: EngineLives;
  /** The last one that was in force. */
  #model: LbModel | undefined;
  #next: Job | undefined;
  #applying: Promise<void> | undefined;
  #problems: readonly Problem[] = [];
  #isClosed = false;

  constructor(options: LbEngineOptions) {
    const { logger, openPort, clock = systemClock, workers = availableParallelism() } = options;
    this.#clock = clock;
    this.#pace = new ChangePace(clock, longestRestMs);
    this.#listeners = new Listeners({ clock, random: Math.random, openPort });
    this.#listeners.opened.subscribe(() => this.#portsChanged());
    this.#lives = new EngineLives({
      ...{ logger, clock, workers: Math.min(workers, mostWorkers) },
      onEvent: (event) => this.events.emit(event),
      onRefusedPort: (key, code) => this.#portRefused(key, code),
      begin: (life) => this.#begin(life),
    });
  }

  get pid(): number {
    return this.#lives.current?.pid ?? 0;
  }

  apply(model: LbModel): Promise<readonly Problem[]> {
    const done = this.#next?.done ?? Promise.withResolvers();
    this.#next = { model, done };
    this.#applying ??= this.#applyAll();
    return done.promise;
  }

  async stats(): Promise<EngineStats> {
    const { unknown } = this.#lives;
    if (!this.#lives.isStarted)
      return { epoch: '', startedAt: 0, pid: 0, frontends: [], backends: [], unknown };
    return this.#lives.ask(async (life) => {
      const { startedAt, pid } = life;
      const stats = await life.stats();
      return { epoch: `${startedAt}-${pid}`, startedAt, pid, ...stats, unknown: this.#lives.unknown };
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listeners.close();
    await this.#lives.close();
    await this.#applying;
  }

  /** Models that come while one is being applied count as one: the newest. Who waits for an overtaken one hears of that. */
  async #applyAll(): Promise<void> {
    while (this.#next) {
      await this.#pace.rest();
      const { model, done } = this.#next;
      this.#next = undefined;
      const problems = this.#pace.carryOut(() => this.#carryOut(model));
      await problems.then((said) => done.resolve(said ?? this.#next?.done.promise ?? []), done.reject);
    }
    // In the same turn as the last look for a next one: later, whoever came in between would wait for ever.
    this.#applying = undefined;
  }

  /** Resolves with undefined when it was overtaken by the next one. */
  async #carryOut(model: LbModel): Promise<readonly Problem[] | undefined> {
    await this.#listeners.want(model);
    if (this.#isClosed) throw new Error('the engine is closed');
    let tries = 0;
    const problems = await this.#lives.ask(async (life) => {
      if (this.#next) return undefined;
      return tries++ < mostTries ? this.#tell(life, model) : 'fatal';
    });
    if (problems === undefined) return undefined;
    if (problems === 'fatal') return this.#stayWithFormer();
    this.#model = model;
    this.#problems = problems;
    // What could only be opened while it was being told.
    this.#give(this.#lives.current, model);
    this.#listeners.trim();
    return this.#allProblems();
  }

  /** A model that the process dies of is not tried for ever. */
  async #stayWithFormer(): Promise<readonly Problem[]> {
    const failure = `the engine process ends whenever it is given this (${this.#lives.lastEnd}); see the log`;
    if (!this.#model) throw new Error(failure);
    await this.#listeners.want(this.#model);
    this.#listeners.trim();
    this.#problems = [
      { subject: 'engine', kind: 'other', message: `${failure}; the former configuration stays in force` },
    ];
    return this.#allProblems();
  }

  async #begin(life: EngineLife): Promise<void> {
    if (this.#model) await this.#tell(life, this.#model);
  }

  #tell(life: EngineLife, model: LbModel): Promise<readonly Problem[]> {
    this.#give(life, model);
    return life.apply(model);
  }

  /** What the model wants only: the process lets go of what its model does not want. */
  #give(life: EngineLife | undefined, model: LbModel): void {
    const { binds } = wantedBinds(model);
    life?.give(new Map([...this.#listeners.ports].filter(([key]) => binds.has(key))));
  }

  #portsChanged(): void {
    if (this.#model) this.#give(this.#lives.current, this.#model);
    this.#tellProblems();
  }

  #portRefused(key: string, code: string): void {
    this.#listeners.refuse(key, code);
    // Who applies a model is told by that.
    if (!this.#applying) this.#tellProblems();
  }

  #tellProblems(): void {
    this.events.emit({ at: this.#clock.now(), type: 'problems', problems: this.#allProblems() });
  }

  #allProblems(): readonly Problem[] {
    return [...this.#listeners.problems, ...this.#problems];
  }
}
