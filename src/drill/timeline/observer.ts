// Writes the timeline of a drill: what the API's watches tell when it arrives, and what the balancer's statistics show, all on the runner's
// clock. What the drill does itself, others note.

import { machineTime } from '../../base/machine-time.ts';
import { Subscribable } from '../../base/subscribable.ts';
import type { TargetChange, TargetWatch } from '../world/target-watch.ts';
import type { TargetPod, World } from '../world/world.ts';
import { type ApiStep, apiSteps } from './api-events.ts';
import { balancerEvents } from './balancer-events.ts';
import { BalancerView, type Look } from './balancer-view.ts';
import { BinLedger, type EpochBins } from './bin-ledger.ts';
import { ClockOffsets } from './clock-offsets.ts';
import type { TimelineEvent } from './timeline.ts';

export interface ObserverOptions {
  readonly world: World;
  /** Started; whoever started it closes it. */
  readonly watch: TargetWatch;
  /** Undefined: there is no Service, and nothing of the balancer is looked at. */
  readonly service?: { readonly namespace: string; readonly name: string };
}

/** How many replicas there were from a moment on. */
export interface ReadinessStep {
  /** machineTime(). */
  readonly at: number;
  readonly uncertaintyMs: number;
  /** Primaries that are ready and stay. */
  readonly ready: number;
  /** Undefined where nobody says so. */
  readonly wanted?: number;
}

/** What a watch takes to tell of a change, as a rule. */
const watchMs = 50;
/** Conditions have whole seconds. One that came later than that has waited somewhere: the API was away. */
const lateMs = 1_500;
const clockEveryMs = 1_000;

export class Observer {
  readonly told = new Subscribable<TimelineEvent>();
  readonly clocks = new ClockOffsets();
  /** Undefined where the balancer's statistics cannot be had; `blind` says why. */
  readonly balancer: BalancerView | undefined;
  readonly #options: ObserverOptions;
  readonly #events: TimelineEvent[] = [];
  readonly #readiness: ReadinessStep[] = [];
  readonly #pods = new Map<string, TargetPod>();
  readonly #ledger: BinLedger;
  #blind: string | undefined;
  #hasExactStamps = false;
  #lastLook: Look | undefined;
  #stops: (() => void)[] = [];
  #cancel: (() => void) | undefined;
  #isClosed = false;

  constructor(options: ObserverOptions) {
    const { world, service } = options;
    this.#options = options;
    this.#ledger = new BinLedger(service ?? { namespace: '', name: '' });
    if (service && world.balancer) {
      this.balancer = new BalancerView({ balancer: world.balancer, clock: world.clock });
    } else this.#blind = 'the statistics of the balancer cannot be had here';
  }

  /** Resolves when everything is in view. Never rejects because of a balancer that cannot be looked at: then `blind` says why. */
  async start(): Promise<void> {
    const { watch, world } = this.#options;
    this.#compareClocks();
    this.#stops.push(watch.changes.subscribe((change) => this.#takeChange(change)));
    this.#noteReadiness({ at: machineTime(), uncertaintyMs: watchMs });
    if (!this.balancer) return;
    try {
      this.#hasExactStamps = (await world.balancer?.())?.engine === 'embedded';
      this.#stops.push(this.balancer.looks.subscribe((look) => this.#takeLook(look)));
      await this.balancer.start();
    } catch (error) {
      this.#blind = (error as Error).message;
    }
  }

  /** By their moments. */
  get events(): TimelineEvent[] {
    return this.#events.toSorted((a, b) => a.at - b.at);
  }

  /** Why nothing of the balancer is known; undefined: it is looked at. */
  get blind(): string | undefined {
    return this.#lastLook === undefined ? this.#blind : undefined;
  }

  get readiness(): readonly ReadinessStep[] {
    return this.#readiness;
  }

  /** Every pod of the target that was ever seen, by UID: the last of it. */
  get pods(): ReadonlyMap<string, TargetPod> {
    return this.#pods;
  }

  /** The target's bins, by epochs of the engine. */
  get bins(): EpochBins[] {
    return this.#ledger.epochs;
  }

  /** Of all clocks involved. */
  get clockUncertaintyMs(): number {
    return this.clocks.uncertaintyMs;
  }

  /** What the drill itself does. */
  note(event: TimelineEvent): void {
    this.#events.push(event);
    this.told.emit(event);
  }

  /** Looks at everything once more, then no more. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancel?.();
    this.#exchange();
    await this.balancer?.look().catch(() => {});
    for (const stop of this.#stops.splice(0)) stop();
    await this.balancer?.close();
  }

  #takeChange(change: TargetChange): void {
    const arrived = machineTime();
    if (change.type === 'pod' && !this.#isOfTarget(change)) return;
    for (const step of apiSteps(change)) this.note(this.#eventOf(step, arrived));
    this.#noteReadiness({ at: arrived, uncertaintyMs: watchMs });
  }

  /** Pods of others in the namespace are none of our business. */
  #isOfTarget({ before, after }: Extract<TargetChange, { type: 'pod' }>): boolean {
    this.#refreshPods();
    return this.#pods.has((after ?? before)?.metadata.uid ?? '');
  }

  #eventOf({ stamp, ...step }: ApiStep, arrived: number): TimelineEvent {
    const made = stamp === undefined ? undefined : this.clocks.momentOf(stamp, 1_000);
    const lag = made === undefined ? 0 : arrived - (made.at - made.uncertaintyMs);
    const uncertaintyMs = lag > lateMs ? lag : watchMs;
    return { ...step, at: arrived, uncertaintyMs, source: 'api' } as TimelineEvent;
  }

  #noteReadiness(moment: { at: number; uncertaintyMs: number }): void {
    const view = this.#refreshPods();
    if (!view) return;
    const ready = view.pods.filter((pod) => pod.role === 'primary' && pod.ready).length;
    const last = this.#readiness.at(-1);
    if (last?.ready === ready && last.wanted === view.wanted) return;
    const { wanted } = view;
    this.#readiness.push({ ...moment, ready, ...(wanted === undefined ? {} : { wanted }) });
  }

  /** Undefined while there is no such Service. */
  #refreshPods() {
    try {
      const view = this.#options.watch.view();
      for (const pod of view.pods) this.#pods.set(pod.uid, pod);
      return view;
    } catch {
      return undefined;
    }
  }

  #takeLook(look: Look): void {
    this.#ledger.note(look);
    const before = this.#lastLook;
    this.#lastLook = look;
    const { service } = this.#options;
    if (!service) return;
    const options = { service, clocks: this.clocks, hasExactStamps: this.#hasExactStamps };
    for (const event of balancerEvents(before, look, options)) this.note(event);
  }

  #compareClocks(): void {
    this.#exchange();
    this.#cancel = this.#options.world.clock.after(clockEveryMs, () => this.#compareClocks());
  }

  /** Several: something may come between, and the shortest counts. */
  #exchange(): void {
    for (let time = 0; time < 3; time++) {
      const from = machineTime();
      const wall = Date.now();
      this.clocks.note({ from, wall, to: machineTime() });
    }
  }
}
