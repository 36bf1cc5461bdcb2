// One worker of a run: carries out its share of each phase's groups and tells the runner what came of it.

import { setTimeout as delay } from 'node:timers/promises';
import { machineTime } from '../../base/machine-time.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import { JtlPart } from '../results/jtl-file.ts';
import { ResultsTree } from '../results/results-tree.ts';
import { WorkerRecorder } from '../results/worker-recorder.ts';
import type { Sample } from '../sample.ts';
import { GroupRunner } from '../user/group-runner.ts';
import type { UserTools } from '../user/user-tools.ts';
import { LocalShared } from './local-shared.ts';
import type { FromWorker, StopHow, ToWorker, WorkerConfig } from './messages.ts';
import { RemoteShared } from './remote-shared.ts';

const secondMs = 1_000;
const tellEveryMs = 100;
/** In one message; the runner takes its time for each, and hears nothing else meanwhile. */
const mostInMessage = 10_000;
/** What it does not come to take. */
const mostUntold = 300_000;

/** `taken` is called once the message has left this process. */
export type Send = (message: FromWorker, taken?: () => void) => void;

export class LoadWorker {
  readonly #config: WorkerConfig;
  readonly #send: Send;
  readonly #shared: LocalShared | RemoteShared;
  readonly #recorder: WorkerRecorder;
  readonly #tree: ResultsTree;
  readonly #part: JtlPart | undefined;
  readonly #tools: UserTools;
  #samples: Sample[] = [];
  #isTelling = false;
  #runners: { readonly group: string; readonly runner: GroupRunner }[] = [];
  /** Users of other workers, by group. */
  #others: Readonly<Record<string, number>> = {};
  #othersInAll = 0;
  #dropped = 0;
  #droppedTold = 0;
  #second = 0;
  #loadIds = 0;
  #timers: NodeJS.Timeout[] = [];

  /** Throws when the folder cannot be written. */
  constructor(config: WorkerConfig, send: Send) {
    const { plan, worker, workers, folder, clockOffsetMs, treeLimits } = config;
    this.#config = config;
    this.#send = send;
    this.#shared =
      workers === 1
        ? new LocalShared(plan)
        : new RemoteShared(plan, (questions) => send({ type: 'questions', questions }));
    this.#tree = new ResultsTree(treeLimits);
    this.#part = folder === undefined ? undefined : new JtlPart(folder, worker, clockOffsetMs);
    this.#recorder = new WorkerRecorder({ onSample: this.#listener() });
    this.#tools = this.#userTools();
  }

  take(message: ToWorker): void {
    switch (message.type) {
      case 'begin':
        void this.#begin(message);
        break;
      case 'stop':
        this.#stop(message.how);
        break;
      case 'answers':
        if (this.#shared instanceof RemoteShared) this.#shared.answered(message.answers);
        break;
      case 'others':
        this.#others = message.users;
        this.#othersInAll = Object.values(message.users).reduce((sum, users) => sum + users, 0);
        break;
      case 'finish':
        this.#finish();
        break;
    }
  }

  async #begin({ phase, groups, startAt }: Extract<ToWorker, { type: 'begin' }>): Promise<void> {
    try {
      if (this.#timers.length === 0) this.#keepTime();
      this.#runners = groups.flatMap((index) => {
        const group = this.#config.plan.groups[index];
        return group ? [{ group: group.name, runner: new GroupRunner(group, this.#tools) }] : [];
      });
      await Promise.all(this.#runners.map(({ runner }) => runner.run(startAt)));
      this.#dropped += this.#sum('dropped');
      this.#runners = [];
      this.#send({ type: 'phase-over', phase });
    } catch (error) {
      this.#break(error);
    }
  }

  #stop(how: StopHow): void {
    if (this.#shared instanceof LocalShared) this.#shared.releaseAll();
    for (const { runner } of this.#runners) runner.stop(how);
  }

  /** Seconds end when they do, not when a timer gets its turn: a late one tells several. */
  #keepTime(): void {
    const { startedAt } = this.#config;
    const tick = async () => {
      for (;;) {
        const endsAt = startedAt + (this.#second + 1) * secondMs;
        await delay(Math.max(0, endsAt - machineTime()), undefined, { ref: false });
        this.#tellSecond();
      }
    };
    void tick().catch((error) => this.#break(error));
    this.#timers.push(setInterval(() => this.#tellSamples(), tellEveryMs).unref());
  }

  #tellSecond(): void {
    this.#part?.flush();
    const dropped = this.#dropped + this.#sum('dropped');
    const part = {
      ...this.#recorder.take(this.#second++),
      ...{ users: this.#sum('users'), inFlight: this.#sum('inFlight') },
      dropped: dropped - this.#droppedTold,
    };
    this.#droppedTold = dropped;
    const groups = this.#runners.map(({ group }) => [group, this.#usersOf(group)]);
    this.#send({ type: 'second', part, usersByGroup: Object.fromEntries(groups) });
  }

  #tellSamples(): void {
    if (!this.#config.tellSamples) return;
    if (this.#samples.length > mostUntold) {
      this.#break(
        new Error('more samples than the runner can take: ask less often, or of more than one machine'),
      );
      this.#stop('now');
      this.#samples = [];
    }
    if (this.#isTelling) return;
    this.#isTelling = true;
    const samples = this.#samples.splice(0, mostInMessage);
    this.#send({ type: 'samples', samples, inFlight: this.#sum('inFlight') }, () => {
      this.#isTelling = false;
      if (this.#samples.length > 0) this.#tellSamples();
    });
  }

  #finish(): void {
    for (const timer of this.#timers) clearInterval(timer);
    try {
      this.#tellRest();
      this.#tellSecond();
      this.#part?.close();
      this.#send({ type: 'finished', failuresNotKept: this.#tree.failuresNotKept });
    } catch (error) {
      this.#break(error);
    }
  }

  /** Nothing more is to come, so nothing is waited for. */
  #tellRest(): void {
    while (this.#config.tellSamples && this.#samples.length > 0) {
      this.#send({ type: 'samples', samples: this.#samples.splice(0, mostInMessage), inFlight: 0 });
    }
  }

  #break(error: unknown): void {
    this.#send({ type: 'broken', message: (error as Error).message });
  }

  #sum(field: 'users' | 'inFlight' | 'dropped'): number {
    let sum = 0;
    for (const { runner } of this.#runners) sum += runner[field];
    return sum;
  }

  #usersOf(name: string): number {
    let users = 0;
    for (const { group, runner } of this.#runners) if (group === name) users += runner.users;
    return users;
  }

  /** Made once and only of what is wanted: it is called for every request. */
  #listener(): ((sample: Sample) => void) | undefined {
    const { tellSamples } = this.#config;
    const part = this.#part;
    return (sample) => {
      if (sample.detail) this.#send({ type: 'kept', sample });
      part?.write(sample);
      if (tellSamples) this.#samples.push(sample);
    };
  }

  #userTools(): UserTools {
    const { plan, worker, workers, runId, seed } = this.#config;
    return {
      ...{ plan, worker, workers, seed, shared: this.#shared, random: Math.random },
      properties: new Map(Object.entries(plan.properties)),
      record: (sample) => {
        try {
          this.#recorder.record(sample);
        } catch (error) {
          this.#break(error);
        }
      },
      nextLoadId: () => `${runId}-${worker}-${++this.#loadIds}`,
      stopRun: (how) => this.#send({ type: 'stop-run', how }),
      allUsers: () => this.#sum('users') + this.#othersInAll,
      groupUsers: (group) => this.#usersOf(group) + (this.#others[group] ?? 0),
      keepDetail: (label, success) => this.#tree.wants(label, success),
      sending: (lagMs) => this.#recorder.sending(lagMs),
      clientFor: () => createHttpClient({ cookieJars: plan.cookieJars, caches: plan.caches }),
    };
  }
}
