// Load on a Service of a real cluster with everything that a drill writes down about it: samples, records, bins and the timeline.

import path from 'node:path';
import { machineTime } from '../../../src/base/machine-time.ts';
import { AccessRecords } from '../../../src/drill/accounting/access-records.ts';
import type { Accounting } from '../../../src/drill/accounting/accounting.ts';
import { type Attribution, attribute } from '../../../src/drill/accounting/attribute.ts';
import { reconcile } from '../../../src/drill/accounting/reconcile.ts';
import { SampleStore } from '../../../src/drill/accounting/sample-store.ts';
import { Measures } from '../../../src/drill/measure/measure.ts';
import type { MeasuredFault } from '../../../src/drill/measure/measured-fault.ts';
import { Observer } from '../../../src/drill/timeline/observer.ts';
import { openAccess } from '../../../src/drill/world/open-access.ts';
import { TargetWatch } from '../../../src/drill/world/target-watch.ts';
import type { TargetView, World } from '../../../src/drill/world/world.ts';
import { planOfUrl } from '../../../src/load/plan/url-plan.ts';
import type { LoadRun } from '../../../src/load/run/load-run.ts';
import { startLoadRun } from '../../../src/load/run/start-load-run.ts';
import type { BalancedCluster } from '../balanced/balanced-cluster.ts';
import { eventually } from '../eventually.ts';

const service = { namespace: 'default', name: 'web' };
const runId = 'watched1';

export interface Ended {
  readonly accounting: Accounting;
  readonly attribution: Attribution;
  readonly measures: Measures;
  readonly sent: number;
}

export class WatchedLoad {
  readonly world: World;
  readonly watch: TargetWatch;
  readonly observer: Observer;
  readonly samples = new SampleStore(runId);
  readonly records: AccessRecords;
  readonly #run: LoadRun;
  readonly #close: () => Promise<void>;
  #sent = 0;

  private constructor(
    parts: Pick<WatchedLoad, 'world' | 'watch' | 'observer' | 'records'>,
    run: LoadRun,
    close: () => Promise<void>,
  ) {
    this.world = parts.world;
    this.watch = parts.watch;
    this.observer = parts.observer;
    this.records = parts.records;
    this.#run = run;
    this.#close = close;
    run.samples.subscribe((batch) => this.samples.addAll(batch));
    run.seconds.subscribe(({ sent }) => {
      this.#sent += sent;
    });
  }

  /** So many requests a second for the Service `web`, until end(). */
  static async begin(cluster: BalancedCluster, rate: number): Promise<WatchedLoad> {
    const home = cluster.home.path;
    const place = { stateFolder: path.join(home, 'drills'), mayRunCommands: true };
    const open = await openAccess({ type: 'own', name: 'default', home }, place);
    const world: World = { ...open.world, balancer: () => cluster.access() };
    const watch = new TargetWatch(world, { service });
    await watch.start();
    const { url } = watch.view();
    const observer = new Observer({ world, watch, service });
    const { accessLog: file } = await cluster.access();
    const records = new AccessRecords({ file, runId });
    await records.start();
    await observer.start();
    const plan = planOfUrl({
      ...{ url: `${url}/slow?ms=5`, method: 'GET', headers: [], rate, durationMs: 120_000 },
      ...{ keepAlive: true, cookies: false, responseMs: 5_000, thresholds: [] },
    });
    const run = await startLoadRun({ plan, runId, tellSamples: true });
    return new WatchedLoad({ world, watch, observer, records }, run, async () => {
      await watch.close();
      await open.close();
    });
  }

  /** Resolves when so many more have been told. */
  async told(count: number): Promise<void> {
    const { size } = this.samples;
    await eventually(() => this.samples.size >= size + count, 60_000);
  }

  /** Resolves when the target is as wanted. */
  async seen(isWanted: (view: TargetView) => boolean): Promise<void> {
    await eventually(() => isWanted(this.watch.view()), 60_000);
  }

  /** Resolves when nothing of the load is under way any more, with what it comes to. */
  async end(faults: readonly MeasuredFault[]): Promise<Ended> {
    const [calmFrom, to] = [this.samples.earliest, machineTime()];
    this.#run.stop('gracefully');
    await this.#run.finished;
    const { samples } = this;
    await this.records.settled(500, 10_000, this.observer.bins.length > 1 ? undefined : samples);
    await this.observer.close();
    const { observer } = this;
    const { records } = this.records;
    const pods = [...observer.pods.values()];
    const epochs = observer.bins;
    const attribution = attribute({ samples, records, faults, pods, epochs });
    const accounting = reconcile({ samples, records, service, epochs, attribution, sent: this.#sent });
    const injectedAt = faults[0]?.injectedAt ?? to;
    const measures = new Measures({
      ...{ samples, records, attribution, faults, pods, slowMs: 1_000, servers: 3, isBlind: false },
      ...{ events: observer.events, readiness: observer.readiness },
      windows: {
        drill: { from: calmFrom, to },
        calm: { from: calmFrom, to: injectedAt },
        fault: { from: injectedAt, to },
      },
      limits: { trafficRto: 2_000 },
    });
    return { accounting, attribution, measures, sent: this.#sent };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#run.stop('now');
    await this.#run.finished.catch(() => {});
    await this.observer.close();
    await this.records.close();
    await this.#close();
  }
}
