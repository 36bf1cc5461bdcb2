// The scheduler's daemon: follows pods, nodes and namespaces, decides for every pod without a node, and has the decision carried
// out. A pod counts as placed from the decision on, so a slow watch or a slow API leads to no double booking.

import { hasEnded } from '../api/core/pod-phase.ts';
import type { V1Node, V1Pod } from '../api/generated/types.ts';
import type { Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Client } from '../client/client.ts';
import type { EventRecorder } from '../client/event-recorder.ts';
import type { Informer } from '../client/informer.ts';
import { namespaces, nodes, pods } from '../client/resources.ts';
import type { SharedInformers } from '../client/shared-informers.ts';
import { bind } from './bind.ts';
import { changesPlacing, changesRoom, changesWishes, needsCompany } from './changes.ts';
import { Cluster } from './cluster.ts';
import { decide } from './decide.ts';
import { PendingQueue } from './pending-queue.ts';
import { type PendingReason, PendingReport } from './pending-report.ts';
import { type PodInfo, podInfo, podKey } from './pod-info.ts';

/** Whoever made these closes them, after the scheduler. */
export interface SchedulerContext {
  client: Client;
  informers: SharedInformers;
  recorder: EventRecorder;
  clock: Clock;
  logger: Logger;
  random: Random;
}

export interface SchedulerOptions {
  /** Only pods that ask for this scheduler (or for none) are looked at. Default `default-scheduler`. */
  schedulerName?: string;
  /** Bindings on their way at the same time. Default 32. */
  maxBinds?: number;
  /** Unschedulable pods are looked at again after so many milliseconds even if nothing seems to have changed. Default 60,000. */
  recheckMs?: number;
}

/** After so many decisions in a row everybody else in the process gets a turn. */
const decisionsPerTurn = 25;

export class Scheduler {
  readonly #context: SchedulerContext;
  readonly #options: Required<SchedulerOptions>;
  readonly #cluster = new Cluster();
  readonly #queue: PendingQueue;
  readonly #report: PendingReport;
  /** Pods decided for but not yet seen bound, by key, with their uid. */
  readonly #assumed = new Map<string, string>();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #detach: (() => void)[] = [];
  readonly #abort = new AbortController();
  #binds = 0;
  #started = false;
  #ready = false;
  #pumping = false;

  constructor(context: SchedulerContext, options: SchedulerOptions = {}) {
    const recorder = context.recorder.from('default-scheduler');
    this.#context = { ...context, recorder };
    this.#options = { schedulerName: 'default-scheduler', maxBinds: 32, recheckMs: 60_000, ...options };
    const { clock, random } = context;
    this.#queue = new PendingQueue({ clock, random, onReady: () => this.#pumpSoon() });
    this.#report = new PendingReport(this.#context);
  }

  /** Idempotent. The informers are started by whoever owns them. */
  start(): void {
    if (this.#started || this.#abort.signal.aborted) return;
    this.#started = true;
    this.#follow();
    this.#track(this.#waitForInformers());
    this.#recheckLater();
  }

  /** Waits for bindings on their way. Idempotent. */
  async close(): Promise<void> {
    this.#abort.abort();
    for (const detach of this.#detach.splice(0)) detach();
    this.#queue.clear();
    await Promise.all(this.#inFlight);
  }

  #follow(): void {
    const { informers } = this.#context;
    this.#detach.push(
      informers.for(nodes).addHandler({
        added: (node) => this.#nodeChanged(node),
        updated: (node, old) => changesRoom(node, old) && this.#nodeChanged(node),
        deleted: (node) => {
          this.#cluster.removeNode(node.metadata.name);
          this.#queue.wake((info) => info.spread.length > 0);
        },
      }),
      informers.for(namespaces).addHandler({
        added: ({ metadata }) => this.#cluster.setNamespace(metadata.name, metadata.labels ?? {}),
        updated: ({ metadata }) => {
          this.#cluster.setNamespace(metadata.name, metadata.labels ?? {});
          this.#queue.wake(needsCompany);
        },
        deleted: ({ metadata }) => this.#cluster.removeNamespace(metadata.name),
      }),
      informers.for(pods).addHandler({
        added: (pod) => this.#podChanged(pod),
        updated: (pod, old) => this.#podChanged(pod, old),
        deleted: (pod) => this.#podGone(pod),
      }),
    );
  }

  async #waitForInformers(): Promise<void> {
    const { informers } = this.#context;
    const wanted: Pick<Informer<never>, 'synced'>[] = [
      informers.for(nodes),
      informers.for(namespaces),
      informers.for(pods),
    ];
    const aborted = new Promise<void>((resolve) => {
      this.#abort.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    // Informers that are closed before they are synced never will be; close() of the scheduler follows.
    await Promise.race([
      Promise.all(wanted.map((informer) => informer.synced())).catch(() => aborted),
      aborted,
    ]);
    this.#ready = true;
    this.#pumpSoon();
  }

  #recheckLater(): void {
    const cancel = this.#context.clock.after(this.#options.recheckMs, () => {
      this.#detach.splice(this.#detach.indexOf(cancel), 1);
      this.#queue.wake();
      this.#recheckLater();
    });
    this.#detach.push(cancel);
  }

  #nodeChanged(node: V1Node): void {
    this.#cluster.setNode(node);
    this.#queue.wake();
  }

  #podChanged(pod: V1Pod, old?: V1Pod): void {
    if (hasEnded(pod)) this.#podGone(pod);
    else if (pod.spec.nodeName) this.#podPlaced(pod, pod.spec.nodeName, old);
    else this.#podPending(pod, old);
  }

  #podGone(pod: V1Pod): void {
    const key = podKey(pod);
    this.#queue.remove(key);
    this.#assumed.delete(key);
    this.#report.forget(pod.metadata.uid);
    if (!this.#cluster.placed(key)) return;
    this.#cluster.unplace(key);
    this.#queue.wake();
  }

  #podPlaced(pod: V1Pod, nodeName: string, old: V1Pod | undefined): void {
    const key = podKey(pod);
    if (old && !this.#assumed.has(key) && !changesPlacing(pod, old)) return;
    this.#queue.remove(key);
    this.#assumed.delete(key);
    this.#report.forget(pod.metadata.uid);
    this.#cluster.place(podInfo(pod), nodeName);
    this.#queue.wake(needsCompany);
  }

  #podPending(pod: V1Pod, old: V1Pod | undefined): void {
    const key = podKey(pod);
    if (this.#assumed.get(key) === pod.metadata.uid) return;
    // A successor of the same name: what was assumed of its predecessor is void.
    if (this.#assumed.delete(key)) this.#cluster.unplace(key);
    const { schedulerName } = this.#options;
    const isOurs = (pod.spec.schedulerName ?? schedulerName) === schedulerName;
    if (!isOurs || pod.metadata.deletionTimestamp) this.#queue.remove(key);
    else if (old && this.#queue.get(key) && !changesWishes(pod, old)) this.#queue.refresh(podInfo(pod));
    else this.#queue.add(podInfo(pod));
  }

  #pumpSoon(): void {
    if (!this.#ready || this.#pumping || this.#abort.signal.aborted) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    for (let decisions = 0; this.#binds < this.#options.maxBinds; decisions++) {
      if (this.#abort.signal.aborted) return;
      if (decisions === decisionsPerTurn) {
        this.#pumpSoon();
        return;
      }
      const info = this.#queue.pop();
      if (!info) return;
      this.#scheduleOne(info);
    }
  }

  #scheduleOne(info: PodInfo): void {
    try {
      const decision = decide(info, this.#cluster);
      if (decision.kind === 'place') this.#place(info, decision.nodeName);
      else
        this.#park(info, decision.kind === 'gated' ? 'SchedulingGated' : 'Unschedulable', decision.message);
    } catch (error) {
      // Such as a selector that another API server let through: one bad pod must not stop the others.
      this.#park(info, 'SchedulerError', String(error));
    }
  }

  #park(info: PodInfo, reason: PendingReason, message: string): void {
    this.#queue.park(info.key);
    this.#track(this.#report.tell(info, reason, message, this.#abort.signal));
  }

  #place(info: PodInfo, nodeName: string): void {
    this.#cluster.place(info, nodeName);
    this.#assumed.set(info.key, info.uid);
    this.#queue.wake(needsCompany);
    this.#binds++;
    this.#track(
      this.#bind(info, nodeName).finally(() => {
        this.#binds--;
        this.#pumpSoon();
      }),
    );
  }

  async #bind(info: PodInfo, nodeName: string): Promise<void> {
    const outcome = await bind(this.#context, info, nodeName, this.#abort.signal);
    if (outcome.kind === 'bound') {
      const message = `Successfully assigned ${info.key} to ${nodeName}`;
      this.#context.recorder.event(info.pod, 'Normal', 'Scheduled', message);
      if (this.#queue.get(info.key)?.uid === info.uid) this.#queue.remove(info.key);
    } else if (this.#assumed.get(info.key) === info.uid) {
      // Otherwise the informer has settled it meanwhile.
      this.#context.logger.warn('binding was refused', {
        pod: info.key,
        node: nodeName,
        error: outcome.error,
      });
      this.#refused(info.key, outcome.current);
    }
  }

  #refused(key: string, current: V1Pod | undefined): void {
    this.#assumed.delete(key);
    this.#cluster.unplace(key);
    if (!current) this.#queue.remove(key);
    else if (current.spec.nodeName || hasEnded(current)) this.#podChanged(current);
    else this.#queue.retry(key);
    this.#queue.wake();
  }

  #track(work: Promise<void>): void {
    const settled = work
      .catch((error) => {
        if (!this.#abort.signal.aborted) this.#context.logger.error('scheduling failed', { error });
      })
      .finally(() => this.#inFlight.delete(settled));
    this.#inFlight.add(settled);
  }
}
