// Notices nodes that are lost, marks them, and evicts their pods once those no longer tolerate it. It measures only on its own
// monotonic clock, blames nobody for its own pauses, and evicts nobody when nearly everybody looks lost.

import type { V1Lease, V1Node, V1Pod, V1Taint } from '../api/generated/types.ts';
import { StatusError } from '../api/status.ts';
import { timestamp } from '../api/timestamp.ts';
import { leases, nodes, pods } from '../client/resources.ts';
import { conditionOf } from './conditions.ts';
import { Controller, type ControllerContext, type ReconcileResult } from './controller.ts';
import { Evictor } from './node/evictor.ts';
import { NodeHealth, type Verdict } from './node/health.ts';
import { lostConditions, taintsFor, unreachable } from './node/marks.ts';
import { evictionTime } from './node/toleration.ts';

export interface NodeLifecycleOptions {
  /** A node whose lease was not renewed for so long is NotReady. Default 4,000 (kubelets renew every second). */
  lostAfterMs?: number;
  /** How often leases are looked at. Default 250. */
  lookEveryMs?: number;
  /** A delay of the own loop beyond this is a stall: every node then gets a full period again. Default 1,000. */
  stallMs?: number;
}

const leaseNamespace = 'kube-node-lease';
const byNode = 'node of pod';
/** The key of the regular look; no node can have this name. */
const look = '#look';

class NodeLifecycle {
  readonly #context: ControllerContext;
  readonly #options: Required<NodeLifecycleOptions>;
  readonly #health: NodeHealth;
  readonly #evictor: Evictor;
  readonly #controller: Controller;
  /** Since when each NoExecute taint counts for eviction, by node and taint; monotonic milliseconds. */
  readonly #taintedSince = new Map<string, Map<string, number>>();
  #verdict: Verdict = { lost: new Set(), outage: 'none' };

  constructor(context: ControllerContext, options: NodeLifecycleOptions) {
    const recorder = context.recorder.from('node-controller');
    this.#context = { ...context, recorder };
    this.#options = { lostAfterMs: 4_000, lookEveryMs: 250, stallMs: 1_000, ...options };
    const { lostAfterMs, lookEveryMs, stallMs } = this.#options;
    this.#health = new NodeHealth({ lostAfterMs, stallMs: lookEveryMs + stallMs });
    this.#evictor = new Evictor(this.#context);
    this.#controller = new Controller(context, {
      name: 'node-lifecycle-controller',
      reconcile: (key) => (key === look ? this.#look() : this.#reconcile(key)),
      workers: 10,
    });
  }

  attach(): Controller {
    const { informers } = this.#context;
    const leaseSeen = (lease: V1Lease): void => this.#leaseSeen(lease);
    const podBound = ({ spec }: V1Pod): void => {
      if (spec.nodeName) this.#controller.enqueue(spec.nodeName);
    };
    informers.for(pods).addIndex(byNode, ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
    this.#controller.observe(informers.for(leases), { added: leaseSeen, updated: leaseSeen });
    this.#controller.observe(informers.for(nodes), {
      added: (node) => this.#nodeSeen(node),
      updated: (node) => this.#nodeSeen(node),
      deleted: ({ metadata }) => this.#nodeGone(metadata.name),
    });
    this.#controller.observe(informers.for(pods), {
      added: podBound,
      updated: (pod, old) => pod.spec.nodeName !== old.spec.nodeName && podBound(pod),
    });
    this.#controller.enqueue(look);
    return this.#controller;
  }

  #leaseSeen({ metadata, spec }: V1Lease): void {
    if (metadata.namespace !== leaseNamespace) return;
    const sign = `${metadata.uid} ${spec?.renewTime ?? ''}`;
    this.#health.heard(metadata.name, 'lease', sign, this.#context.clock.monotonic());
  }

  /** What its kubelet posts is a sign of life too; `Unknown` is what this controller writes. */
  #nodeSeen(node: V1Node): void {
    const ready = conditionOf(node.status?.conditions, 'Ready');
    if (ready && ready.status !== 'Unknown') {
      const sign = `${node.metadata.uid} ${ready.status} ${ready.lastHeartbeatTime ?? ''}`;
      this.#health.heard(node.metadata.name, 'status', sign, this.#context.clock.monotonic());
    }
    this.#controller.enqueue(node.metadata.name);
  }

  #nodeGone(name: string): void {
    this.#health.forget(name);
    this.#taintedSince.delete(name);
  }

  async #look(): Promise<ReconcileResult> {
    const { clock, informers } = this.#context;
    const before = this.#verdict;
    const names = informers
      .for(nodes)
      .lister.list()
      .map(({ metadata }) => metadata.name);
    this.#verdict = this.#health.look(names, clock.monotonic());
    for (const name of names) {
      if (before.lost.has(name) !== this.#verdict.lost.has(name)) this.#controller.enqueue(name);
    }
    if (this.#verdict.outage !== before.outage) this.#outageChanged(before, names);
    return { requeueAfterMs: this.#options.lookEveryMs };
  }

  /** Whoever was to be evicted starts to count anew when an outage is over. */
  #outageChanged(before: Verdict, names: readonly string[]): void {
    const { outage, lost } = this.#verdict;
    if (outage !== 'none') this.#taintedSince.clear();
    const message =
      outage === 'none'
        ? 'Evictions go on: most nodes are heard of again'
        : `Evictions are stopped: ${lost.size} of ${names.length} nodes look lost, more likely something is wrong here`;
    const [type, reason] =
      outage === 'none'
        ? (['Normal', 'EvictionsResumed'] as const)
        : (['Warning', 'EvictionsStopped'] as const);
    for (const name of outage === 'none' ? before.lost : lost) this.#event(name, type, reason, message);
    for (const name of names) this.#controller.enqueue(name);
  }

  #event(name: string, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const node = this.#context.informers.for(nodes).lister.get(name);
    if (node) this.#context.recorder.event(node, type, reason, message);
  }

  async #reconcile(name: string): Promise<ReconcileResult> {
    let node = this.#context.informers.for(nodes).lister.get(name);
    if (!node) return {};
    try {
      node = await this.#markLost(node);
      node = await this.#syncTaints(node);
    } catch (error) {
      // Without an answer of the API there is no hearing of leases either.
      if (!(error instanceof StatusError)) this.#health.wasDeaf(this.#context.clock.monotonic());
      throw error;
    }
    if (this.#verdict.outage !== 'all' && !isReadyNode(node))
      await this.#evictor.markNotReady(this.#podsOn(name));
    return this.#evictDue(node);
  }

  async #markLost(node: V1Node): Promise<V1Node> {
    const { client, clock } = this.#context;
    if (!this.#health.looksLost(node.metadata.name, clock.monotonic())) return node;
    if (conditionOf(node.status?.conditions, 'Ready')?.status === 'Unknown') return node;
    const conditions = lostConditions(node, timestamp(clock.now()));
    const marked = await client
      .resource(nodes)
      .updateStatus({ ...node, status: { ...node.status, conditions } });
    this.#event(
      node.metadata.name,
      'Normal',
      'NodeNotReady',
      `Node ${node.metadata.name} status is now: NodeNotReady`,
    );
    return marked;
  }

  async #syncTaints(node: V1Node): Promise<V1Node> {
    const taints = taintsFor(node, timestamp(this.#context.clock.now()));
    if (!taints) return node;
    return this.#context.client.resource(nodes).update({ ...node, spec: { ...node.spec, taints } });
  }

  #podsOn(name: string): V1Pod[] {
    return this.#context.informers
      .for(pods)
      .lister.byIndex(byNode, name)
      .filter(({ metadata }) => !metadata.deletionTimestamp);
  }

  async #evictDue(node: V1Node): Promise<ReconcileResult> {
    if (this.#verdict.outage !== 'none') return {};
    const now = this.#context.clock.monotonic();
    // One that is heard of again has only not yet posted that it is well: its pods are where they were.
    const isBack = !this.#health.looksLost(node.metadata.name, now);
    const taints = (node.spec?.taints ?? []).filter(
      ({ key, effect }) => effect === 'NoExecute' && !(isBack && key === unreachable),
    );
    const since = this.#noteTaints(node.metadata.name, taints, now);
    const timed = this.#podsOn(node.metadata.name).map((pod) => ({
      pod,
      at: evictionTime(pod, taints, since),
    }));
    await this.#evictor.evict(timed.filter(({ at }) => at <= now).map(({ pod }) => pod));
    const next = Math.min(...timed.filter(({ at }) => at > now).map(({ at }) => at));
    return Number.isFinite(next) ? { requeueAfterMs: next - now } : {};
  }

  /** Remembers since when each taint was seen, and forgets those that went. */
  #noteTaints(name: string, taints: readonly V1Taint[], now: number): (taint: V1Taint) => number {
    const old = this.#taintedSince.get(name);
    const keyOf = ({ key, value }: V1Taint): string => `${key}=${value ?? ''}`;
    const noted = new Map(taints.map((taint) => [keyOf(taint), old?.get(keyOf(taint)) ?? now]));
    if (noted.size > 0) this.#taintedSince.set(name, noted);
    else this.#taintedSince.delete(name);
    return (taint) => noted.get(keyOf(taint)) ?? now;
  }
}

function isReadyNode(node: V1Node): boolean {
  const ready = conditionOf(node.status?.conditions, 'Ready');
  // One that has never reported has no pods to speak for.
  return ready === undefined || ready.status === 'True';
}

export function createNodeLifecycleController(
  context: ControllerContext,
  options: NodeLifecycleOptions = {},
): Controller {
  return new NodeLifecycle(context, options).attach();
}
