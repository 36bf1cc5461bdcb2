// Starts a run: workers that carry out the plan's phases together, and what they tell gathered into results.

import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { machineTime } from '../../base/machine-time.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { Subscribable } from '../../base/subscribable.ts';
import { joinJtlParts } from '../results/jtl-file.ts';
import type { LoadResults } from '../results/load-results.ts';
import { ResultsCollector } from '../results/results-collector.ts';
import { writeResults } from '../results/results-file.ts';
import { defaultTreeLimits } from '../results/results-tree.ts';
import { safePlan } from '../results/safe-plan.ts';
import type { Second } from '../results/second.ts';
import { parseThreshold } from '../results/thresholds.ts';
import type { Sample } from '../sample.ts';
import { evaluatedPlan } from './evaluated-plan.ts';
import type { LoadRun, LoadRunOptions } from './load-run.ts';
import { LocalShared } from './local-shared.ts';
import type { FromWorker, StopHow, WorkerConfig } from './messages.ts';
import { phasesOf } from './phases.ts';
import { answerTo, type SharedAnswer, type SharedQuestion, waitsForOthers } from './remote-shared.ts';
import { workerCount } from './worker-count.ts';
import { WorkerLink } from './worker-link.ts';

/** So that all workers have heard of a phase when it begins. */
const leadMs = 50;

/** Rejects in one line, before anything is sent, when the plan cannot be run: a file that is missing, a folder that is not writable. */
export async function startLoadRun(options: LoadRunOptions): Promise<LoadRun> {
  const thresholds = options.plan.thresholds.map(parseThreshold);
  const plan = await evaluatedPlan(options.plan);
  if (options.folder !== undefined) prepareFolder(options.folder);
  const workers = options.workers ?? workerCount(plan);
  const links = Array.from({ length: workers }, () => new WorkerLink());
  const run = new Run({ ...options, plan, thresholds }, links);
  try {
    await run.configure();
  } catch (error) {
    await Promise.all(links.map((link) => link.close()));
    throw error;
  }
  run.begin();
  return run;
}

/** Made where it is missing; nothing of an earlier run is overwritten. */
function prepareFolder(folder: string): void {
  makeFolder(folder);
  if (readdirSync(folder).length === 0) return;
  throw new Error(`${folder} is not empty: name a new folder, or remove this one first`);
}

interface Options extends LoadRunOptions {
  readonly thresholds: readonly ReturnType<typeof parseThreshold>[];
}

class Run implements LoadRun {
  readonly runId: string;
  readonly startedAt: number;
  readonly seconds = new Subscribable<Second>();
  readonly samples = new Subscribable<readonly Sample[]>();
  readonly finished: Promise<LoadResults>;
  readonly #options: Options;
  readonly #links: readonly WorkerLink[];
  readonly #shared: LocalShared;
  readonly #collector: ResultsCollector;
  readonly #broken = Promise.withResolvers<never>();
  readonly #inFlight: number[];
  /** Of each worker, by group. */
  readonly #users: Readonly<Record<string, number>>[];
  readonly #over = new Subscribable<number>();
  readonly #phaseStarts: { groups: readonly number[]; startedMs: number }[] = [];
  #begin!: () => void;
  #stopped: StopHow | undefined;
  #end: LoadResults['end'] = 'done';

  constructor(options: Options, links: readonly WorkerLink[]) {
    this.#options = options;
    this.#links = links;
    this.#inFlight = links.map(() => 0);
    this.#users = links.map(() => ({}));
    this.runId = options.runId ?? randomId();
    this.startedAt = machineTime() + leadMs;
    this.#shared = new LocalShared(options.plan);
    this.#collector = new ResultsCollector(links.length, (second) => this.seconds.emit(second));
    links.forEach((link, worker) => {
      link.messages.subscribe((message) => this.#take(worker, message));
      link.died.subscribe((how) => this.#lost(how));
    });
    this.#broken.promise.catch(() => {});
    const begun = new Promise<void>((resolve) => {
      this.#begin = resolve;
    });
    this.finished = begun.then(() => this.#carryOut());
    this.finished.catch(() => {});
  }

  get inFlight(): number {
    return this.#inFlight.reduce((sum, one) => sum + one, 0);
  }

  async configure(): Promise<void> {
    const { plan, folder, tellSamples = false, keepGood, keepFailures } = this.#options;
    const shared: Omit<WorkerConfig, 'worker'> = {
      ...{ plan, workers: this.#links.length, runId: this.runId, startedAt: this.startedAt, tellSamples },
      ...{ clockOffsetMs: Date.now() - machineTime(), seed: randomInt(2 ** 31) },
      treeLimits: {
        good: keepGood ?? defaultTreeLimits.good,
        failures: keepFailures ?? defaultTreeLimits.failures,
      },
      ...(folder === undefined ? {} : { folder }),
    };
    await Promise.all(this.#links.map((link, worker) => link.configure({ ...shared, worker })));
  }

  begin(): void {
    this.#begin();
  }

  stop(how: StopHow): void {
    if (this.#end === 'done') this.#end = 'stopped';
    this.#halt(how);
  }

  #halt(how: StopHow): void {
    if (this.#stopped === how || this.#stopped === 'now') return;
    this.#stopped = how;
    this.#shared.releaseAll();
    for (const link of this.#links) link.send({ type: 'stop', how });
  }

  async #carryOut(): Promise<LoadResults> {
    const beganAt = machineTime();
    try {
      await Promise.race([this.#phases(), this.#broken.promise]);
      const finished = this.#collector.finished();
      for (const link of this.#links) link.send({ type: 'finish' });
      await Promise.race([finished, this.#broken.promise]);
    } finally {
      await Promise.all(this.#links.map((link) => link.close()));
    }
    return this.#results(machineTime() - beganAt);
  }

  async #phases(): Promise<void> {
    for (const [phase, { groups, always }] of phasesOf(this.#options.plan).entries()) {
      if (this.#stopped && !always) continue;
      const over = this.#allOver(phase);
      const startAt = machineTime() + leadMs;
      this.#phaseStarts.push({ groups, startedMs: startAt - this.startedAt });
      for (const link of this.#links) link.send({ type: 'begin', phase, groups, startAt });
      await over;
    }
  }

  #allOver(phase: number): Promise<void> {
    return new Promise((resolve) => {
      let missing = this.#links.length;
      const unhear = this.#over.subscribe((ended) => {
        if (ended !== phase || --missing > 0) return;
        unhear();
        resolve();
      });
    });
  }

  async #results(durationMs: number): Promise<LoadResults> {
    const { plan, folder, thresholds, sendLagLimitMs, about } = this.#options;
    const collected = this.#collector.results({ thresholds, sendLagLimitMs });
    if (folder !== undefined) await joinJtlParts(folder, this.#links.length);
    const whole: LoadResults = {
      ...collected,
      ...{ runId: this.runId, plan: safePlan(plan), durationMs, workers: this.#links.length, end: this.#end },
      ...{ clockOffsetMs: Date.now() - machineTime(), phases: this.#phaseStarts },
      ...(about === undefined ? {} : { about }),
      startedAt: Date.now() - (machineTime() - this.startedAt),
    };
    if (folder !== undefined) writeResults(folder, whole);
    return whole;
  }

  #take(worker: number, message: FromWorker): void {
    switch (message.type) {
      case 'phase-over':
        this.#over.emit(message.phase);
        break;
      case 'second':
        this.#inFlight[worker] = message.part.inFlight;
        this.#collector.addSecond(message.part);
        this.#users[worker] = message.usersByGroup;
        this.#tellOthers();
        break;
      case 'samples':
        this.#inFlight[worker] = message.inFlight;
        if (message.samples.length > 0) this.samples.emit(message.samples);
        break;
      case 'kept':
        this.#collector.keep(message.sample);
        break;
      case 'questions':
        void this.#answer(worker, message.questions);
        break;
      case 'stop-run':
        if (this.#end === 'done') this.#end = 'stopped by the plan';
        this.#halt(message.how);
        break;
      case 'broken':
        this.#broken.reject(new Error(message.message));
        break;
      case 'finished':
        this.#collector.workerFinished(message.failuresNotKept);
        break;
    }
  }

  /** How many there are altogether is part of every sample, and of some timers. */
  #tellOthers(): void {
    if (this.#links.length === 1) return;
    for (const [worker, link] of this.#links.entries()) {
      const users: Record<string, number> = {};
      for (const [group, count] of this.#users.flatMap((one, at) =>
        at === worker ? [] : Object.entries(one),
      )) {
        users[group] = (users[group] ?? 0) + count;
      }
      link.send({ type: 'others', users });
    }
  }

  async #answer(worker: number, questions: readonly SharedQuestion[]): Promise<void> {
    // Those that wait for others are not to keep the rest.
    const link = this.#links[worker];
    const atOnce: Promise<SharedAnswer>[] = [];
    for (const question of questions) {
      const answer = answerTo(this.#shared, question);
      if (!waitsForOthers(question)) atOnce.push(answer);
      else void answer.then((one) => link?.send({ type: 'answers', answers: [one] }));
    }
    if (atOnce.length > 0) link?.send({ type: 'answers', answers: await Promise.all(atOnce) });
  }

  #lost(how: string): void {
    this.#broken.reject(new Error(`a load worker died (${how}): the run is not whole`));
  }
}

function randomId(): string {
  return Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('');
}
