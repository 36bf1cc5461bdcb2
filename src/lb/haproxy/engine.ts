// The engine that lets HAProxy 2.6 or newer move the traffic: the model becomes its configuration, and what changes often goes over its
// runtime API. It holds the listening sockets, so that clients wait while a killed haproxy is started again.

import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Backoff } from '../../base/backoff.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { sleep } from '../../base/sleep.ts';
import { Subscribable } from '../../base/subscribable.ts';
import { ChangePace } from '../change-pace.ts';
import type { EngineEvent, EngineStats, LbEngine, Problem } from '../engine.ts';
import type { LbEngineOptions } from '../engine-options.ts';
import { Listeners } from '../listeners.ts';
import type { LbModel } from '../model.ts';
import { AccessLogDescriptor } from './access-log-descriptor.ts';
import { findHaproxy, hasLua } from './binary.ts';
import { CertificateStore } from './certificate-store.ts';
import { ControlLoop } from './control-loop.ts';
import { derivedStructure } from './derived.ts';
import { engineStats } from './engine-stats.ts';
import { EntryBook } from './entries.ts';
import type { Generation } from './generation.ts';
import { Generations } from './generations.ts';
import { ReloadBudget } from './reload-budget.ts';
import type { Sample } from './sample.ts';
import { socketFolder } from './socket-folder.ts';
import type { Told } from './told.ts';
import { type Plan, planOf } from './wanted.ts';

interface Asker {
  resolve(problems: readonly Problem[]): void;
  reject(error: unknown): void;
}

interface Life {
  readonly epoch: string;
  readonly startedAt: number;
  readonly unknown: number;
}

/** What a turn led to: it is in force, or has to be tried again later. */
type Result = { readonly problems: readonly Problem[] } | { readonly againInMs: number };

const restartDelays = { initialMs: 10, maxMs: 5_000, jitter: 0.2 };
/** Log rotation is looked for so often. */
const logLookMs = 1_000;
/** A process that says nothing any more has died, and is told of as dead within this time; else it hangs. */
const deathMs = 1_000;
/** Where changes come quicker than they are carried out. */
const longestRestMs = 100;
/** One that lived for so long did not die of its start. */
const stableMs = 10_000;

export class HaproxyEngine implements LbEngine {
  readonly name = 'haproxy';
  readonly events = new Subscribable<EngineEvent>();
  readonly #options: LbEngineOptions;
  readonly #clock: Clock;
  readonly #listeners: Listeners;
  readonly #certificates = new CertificateStore();
  readonly #log = new AccessLogDescriptor();
  readonly #generations = new Generations();
  readonly #loop: ControlLoop;
  readonly #budget: ReloadBudget;
  readonly #pace: ChangePace;
  readonly #book = new EntryBook();
  readonly #structure = derivedStructure();
  readonly #backoff = new Backoff(restartDelays, Math.random);
  readonly #closing = new AbortController();
  #askers: Asker[] = [];
  /** Something is to be done that nobody asked for: a process died, a port was opened. */
  #isDue = false;
  #model: LbModel | undefined;
  #working: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #program: string | undefined;
  #hasLua: boolean | undefined;
  #folder: string | undefined;
  #serial = 0;
  /** Of the process that serves. */
  #logSerial = 0;
  #life: Life = { epoch: randomUUID(), startedAt: 0, unknown: 0 };
  #death: { readonly at: number; readonly how: string } | undefined;

  constructor(options: LbEngineOptions) {
    const { clock = systemClock, logger, openPort } = options;
    this.#options = options;
    this.#clock = clock;
    this.#budget = new ReloadBudget(clock);
    this.#pace = new ChangePace(clock, longestRestMs);
    this.#listeners = new Listeners({ clock, random: Math.random, openPort });
    this.#loop = new ControlLoop({
      ...{ clock, logger, generations: this.#generations },
      tell: (event) => this.#tell(event),
      resync: () => this.#resync(),
    });
    this.#listeners.opened.subscribe(() => this.#workSoon());
    this.#generations.died.subscribe((how) => this.#died(how));
    this.#watchLog();
  }

  get pid(): number {
    return this.#generations.current?.process.pid ?? 0;
  }

  apply(model: LbModel): Promise<readonly Problem[]> {
    if (this.#closed) return Promise.reject(new Error('the engine is closed'));
    this.#model = model;
    const { promise, resolve, reject } = Promise.withResolvers<readonly Problem[]>();
    this.#askers.push({ resolve, reject });
    this.#work();
    return promise;
  }

  async stats(): Promise<EngineStats> {
    const model = this.#model;
    if (!model) throw new Error('nothing is served yet');
    const sample = await this.#sampleOfOneLife();
    const { backups, ejections } = this.#loop;
    return engineStats(
      {
        ...{ model, sample, account: this.#generations.account, nowMs: this.#clock.now() },
        activity: (backend) => backups.activity(backend),
        isEjected: (backend, id) => ejections.isOut(backend, id),
      },
      { ...this.#life, pid: this.pid },
    );
  }

  /** Counts begin anew with each life: those of two do not go together. */
  async #sampleOfOneLife(): Promise<Sample> {
    for (;;) {
      if (this.#closing.signal.aborted) throw new Error('the engine is closed');
      const { epoch } = this.#life;
      const { current } = this.#generations;
      try {
        const sample = await this.#generations.sample();
        if (this.#life.epoch === epoch) return sample;
      } catch (error) {
        // Who asks while it dies gets the numbers of the next life.
        if (!current || !(await this.#isDying(current))) throw error;
      }
    }
  }

  async #isDying({ process }: Generation): Promise<boolean> {
    const known = new AbortController();
    const late = sleep(this.#clock, deathMs, known.signal).then(() => false);
    const isOver = await Promise.race([process.exited.then(() => true), late]);
    known.abort();
    return isOver;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await this.#working;
    await this.#loop.close();
    await this.#generations.close();
    this.#listeners.close();
    this.#log.close();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    for (const { reject } of this.#askers.splice(0)) reject(new Error('the engine is closed'));
  }

  #workSoon(): void {
    this.#isDue = true;
    this.#work();
  }

  #work(): void {
    if (this.#working || this.#closing.signal.aborted) return;
    this.#working = this.#workAll().finally(() => {
      this.#working = undefined;
      if (this.#askers.length > 0 || this.#isDue) this.#work();
    });
  }

  async #workAll(): Promise<void> {
    while ((this.#askers.length > 0 || this.#isDue) && !this.#closing.signal.aborted) {
      // A process that died is not waited for.
      if (this.#generations.current) await this.#pace.rest(this.#closing.signal);
      const model = this.#model;
      if (!model || this.#closing.signal.aborted) return;
      const askers = this.#askers.splice(0);
      const wasDue = this.#isDue;
      this.#isDue = false;
      try {
        const result = await this.#pace.carryOut(() => this.#carryOut(model));
        if ('problems' in result) this.#answer(askers, result.problems, wasDue);
        else {
          this.#askers.unshift(...askers);
          this.#isDue = wasDue;
          await sleep(this.#clock, result.againInMs, this.#closing.signal);
        }
      } catch (error) {
        for (const { reject } of askers) reject(error);
      }
    }
  }

  #answer(askers: readonly Asker[], problems: readonly Problem[], isNews: boolean): void {
    for (const { resolve } of askers) resolve(problems);
    if (isNews) this.#tell({ type: 'problems', problems });
  }

  async #carryOut(model: LbModel): Promise<Result> {
    this.#program ??= await findHaproxy();
    this.#hasLua ??= await hasLua(this.#program);
    const broken = this.#certificates.take(model.certificates);
    await this.#listeners.want(model);
    const plan = this.#plan(model);
    const { current } = this.#generations;
    const isSame = current?.structure === this.#structure.of(plan.wanted.setting);
    const mayStay = isSame && this.#logSerial === this.#log.serial;
    if (current && !mayStay && this.#budget.waitMs() > 0) {
      await current.servers.sync(plan.wanted.servers);
      return { againInMs: this.#budget.waitMs() };
    }
    const problems = current && mayStay ? await current.update(plan.wanted) : await this.#replace(plan);
    if (!this.#generations.current) return this.#later(problems);
    this.#listeners.trim();
    this.#loop.update(model);
    return { problems: [...this.#listeners.problems, ...broken, ...plan.problems, ...problems] };
  }

  // Nothing serves at all: who asked is told, and it is tried again.
  #later(problems: readonly Problem[]): Result {
    const retry = this.#clock.after(this.#backoff.next(), () => this.#workSoon());
    this.#closing.signal.addEventListener('abort', retry, { once: true });
    return { problems: [...this.#listeners.problems, ...problems] };
  }

  async #replace({ wanted, descriptors }: Plan): Promise<Problem[]> {
    this.#folder ??= socketFolder(this.#options.folder);
    const folder = path.join(this.#folder, String(++this.#serial));
    const program = this.#program as string;
    const isFirst = this.#generations.current === undefined;
    try {
      await this.#generations.replace({ program, folder, descriptors }, wanted);
    } catch (error) {
      const message = `haproxy does not take the configuration: ${(error as Error).message}`;
      this.#options.logger.error('the configuration before stays in force', { error });
      // Its servers follow the model all the same.
      await this.#generations.current?.servers.sync(wanted.servers);
      return [{ subject: 'haproxy', kind: 'other', message }];
    }
    this.#logSerial = this.#log.serial;
    this.#budget.spend();
    if (isFirst) this.#began();
    return [];
  }

  #began(): void {
    this.#life = { ...this.#life, startedAt: this.#clock.now() };
    const death = this.#death;
    this.#death = undefined;
    if (death) this.#tell({ type: 'restarted', how: death.how, tookMs: this.#clock.monotonic() - death.at });
  }

  #died(how: string): void {
    const unknown = this.#life.unknown + this.#generations.inFlight;
    if (this.#clock.now() - this.#life.startedAt > stableMs) this.#backoff.reset();
    this.#death ??= { at: this.#clock.monotonic(), how };
    this.#life = { epoch: randomUUID(), startedAt: 0, unknown };
    this.#generations.forget();
    if (this.#closing.signal.aborted) return;
    this.#options.logger.warn('haproxy died and is started again', { how });
    const cancel = this.#clock.after(this.#backoff.next(), () => this.#workSoon());
    this.#closing.signal.addEventListener('abort', cancel, { once: true });
  }

  async #resync(): Promise<void> {
    const { current } = this.#generations;
    if (!current || !this.#model) return;
    await current.servers.sync(this.#plan(this.#model).wanted.servers);
  }

  #plan(model: LbModel): Plan {
    const { backups, ejections } = this.#loop;
    return planOf(model, {
      ports: this.#listeners.ports,
      certificates: this.#certificates.usable,
      log: this.#openLog(model),
      hasLua: this.#hasLua === true,
      entries: this.#book.of(model),
      threads: this.#options.workers ?? Math.min(64, availableParallelism()),
      decisions: {
        isEjected: (backend, id) => ejections.isOut(backend, id),
        isCalledIn: (backend, id) => backups.isCalledIn(backend, id),
      },
    });
  }

  /** A process cannot be given another file: one that begins with it takes the place of the one that serves. */
  #watchLog(): void {
    const cancel = this.#clock.after(logLookMs, () => {
      this.#closing.signal.removeEventListener('abort', cancel);
      if (this.#closing.signal.aborted) return;
      // Whoever looked first has opened it already.
      const isOther = this.#log.wasPutAside || this.#logSerial !== this.#log.serial;
      if (isOther && this.#generations.current) this.#workSoon();
      this.#watchLog();
    });
    this.#closing.signal.addEventListener('abort', cancel, { once: true });
  }

  #openLog({ accessLog }: LbModel): number | undefined {
    try {
      return accessLog && this.#log.of(accessLog.file);
    } catch (error) {
      this.#options.logger.error('there is no access log', { error });
      return undefined;
    }
  }

  #tell(event: Told): void {
    this.events.emit({ at: this.#clock.now(), ...event } as EngineEvent);
  }
}
