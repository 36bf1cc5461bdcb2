// All that moves during one run of a drill: the load and what watches it. Opened together, closed together.

import { randomInt } from 'node:crypto';
import path from 'node:path';
import type { Plan } from '../../load/plan/plan.ts';
import type { LoadResults } from '../../load/results/load-results.ts';
import type { LoadRun } from '../../load/run/load-run.ts';
import { startLoadRun } from '../../load/run/start-load-run.ts';
import { AccessRecords } from '../accounting/access-records.ts';
import { SampleStore } from '../accounting/sample-store.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Observer } from '../timeline/observer.ts';
import { isBackendOf } from '../timeline/statistics.ts';
import { headed, type Told, told, toldOf } from '../told.ts';
import type { TargetWatch } from '../world/target-watch.ts';
import type { TargetView, World } from '../world/world.ts';
import { planOfDrill } from './drill-load.ts';
import { RecentSamples, toldWithinMs } from './recent-samples.ts';
import { sendLagLimitMs } from './send-lag-limit.ts';

export interface SceneOptions {
  readonly scenario: Scenario;
  readonly world: World;
  readonly watch: TargetWatch;
  /** For the load's results; undefined: they are not written. */
  readonly folder?: string;
}

/** Records come a moment after the answers that they are about. */
const quietMs = 500;
const settledWithinMs = 5_000;

export class Scene {
  readonly options: SceneOptions;
  readonly observer: Observer;
  readonly recent: RecentSamples;
  /** Of the drill's load and of surges. */
  readonly samples: SampleStore;
  /** Undefined: the balancer's records cannot be read, and `noRecords` says why. */
  readonly records: AccessRecords | undefined;
  readonly noRecords: Told | undefined;
  readonly load: LoadRun;
  readonly #surges: LoadRun[] = [];
  #sent = 0;

  private constructor(options: SceneOptions, { observer, read, load }: Opened) {
    const { steady, safety } = options.scenario;
    const keepMs = Math.max(steady.forMs, safety.forMs, 10_000) + 2 * toldWithinMs;
    this.options = options;
    this.observer = observer;
    this.records = read.records;
    this.noRecords = read.why;
    this.load = load;
    this.recent = new RecentSamples(steady.slowMs, keepMs);
    this.samples = new SampleStore(load.runId);
    this.#hear(load);
  }

  /** The load has begun when it resolves. Rejects, with everything closed again, when it cannot begin. */
  static async open(options: SceneOptions): Promise<Scene> {
    const { world, watch, scenario, folder } = options;
    const { service } = scenario.target;
    const runId = newRunId();
    const observer = new Observer({ world, watch, ...(service ? { service } : {}) });
    const read = await readRecords(options, runId);
    try {
      await observer.start();
      const load = await startLoadRun({
        ...{ plan: planOfDrill(scenario, watch.view()), runId, tellSamples: true },
        ...(folder === undefined ? {} : { folder: path.join(folder, 'load') }),
        sendLagLimitMs: sendLagLimitMs(scenario),
      });
      return new Scene(options, { observer, read, load });
    } catch (error) {
      await Promise.all([observer.close(), read.records?.close()]);
      throw error;
    }
  }

  /** Undefined while the target is not to be seen. */
  view(): TargetView | undefined {
    try {
      return this.options.watch.view();
    } catch {
      return undefined;
    }
  }

  /** Backups that serve at this moment; 0 where nobody knows. */
  get activeBackups(): number {
    const { service } = this.options.scenario.target;
    const backends = this.observer.balancer?.latest?.statistics.backends ?? [];
    const own = service ? backends.filter(({ name }) => isBackendOf(name, service)) : [];
    return own.reduce((sum, { backupsActive }) => sum + backupsActive, 0);
  }

  /** Counted by the generators where they send, apart from what came of it. */
  get sent(): number {
    return this.#sent;
  }

  get inFlight(): number {
    return [this.load, ...this.#surges].reduce((sum, { inFlight }) => sum + inFlight, 0);
  }

  /** More load besides; what it resolves with ends it again. */
  async surge(plan: Plan): Promise<() => Promise<void>> {
    const runId = `${this.load.runId}s${this.#surges.length + 1}`;
    const surge = await startLoadRun({ plan, runId, tellSamples: true });
    this.#surges.push(surge);
    this.#hear(surge);
    return async () => {
      surge.stop('gracefully');
      await surge.finished;
    };
  }

  /** No more requests; resolves when all are answered and the balancer has written down what it has to. Rejects when the load broke. */
  async end(): Promise<LoadResults> {
    for (const run of [this.load, ...this.#surges]) run.stop('gracefully');
    await Promise.allSettled(this.#surges.map(({ finished }) => finished));
    const results = await this.load.finished;
    await this.records?.settled(quietMs, settledWithinMs);
    await this.observer.close();
    return results;
  }

  /** Idempotent; also after end(). */
  async close(): Promise<void> {
    for (const run of [this.load, ...this.#surges]) run.stop('now');
    await Promise.allSettled([this.load, ...this.#surges].map(({ finished }) => finished));
    await Promise.all([this.observer.close(), this.records?.close()]);
  }

  #hear(run: LoadRun): void {
    run.seconds.subscribe(({ sent }) => {
      this.#sent += sent;
    });
    run.samples.subscribe((batch) => {
      this.recent.add(batch);
      for (const sample of batch) this.samples.add(sample);
    });
  }
}

interface Read {
  readonly records?: AccessRecords;
  readonly why?: Told;
}

interface Opened {
  readonly observer: Observer;
  readonly read: Read;
  readonly load: LoadRun;
}

const noService = told(
  'the target is an address, not a Service of the cluster',
  'el objetivo es una dirección, no un Service del clúster',
);
const noAccess = told(
  "no access to the balancer's records",
  'no hay acceso a las anotaciones del balanceador',
);
const unreadable = told(
  "the balancer's records cannot be read",
  'las anotaciones del balanceador no se pueden leer',
);

/** The records of a balancer on this machine; of others there are none to be had. */
async function readRecords({ world, scenario }: SceneOptions, runId: string): Promise<Read> {
  if (!scenario.target.service) return { why: noService };
  if (!world.balancer) return { why: noAccess };
  try {
    const { accessLog: file } = await world.balancer();
    const records = new AccessRecords({ file, runId });
    await records.start();
    return { records };
  } catch (error) {
    return { why: headed(unreadable, toldOf(error)) };
  }
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** 8 characters, without the `s` that marks surges at its end. */
function newRunId(): string {
  return Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('');
}
