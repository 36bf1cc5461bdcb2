// Removes pods that nobody else will: of nodes that no longer exist, terminating ones that never had a node or whose node was declared
// out of service, and the oldest of too many ended ones.

import { hasEnded } from '../api/core/pod-phase.ts';
import type { V1Node, V1Pod, V1PodCondition } from '../api/generated/types.ts';
import { timestamp } from '../api/timestamp.ts';
import { nodes, pods } from '../client/resources.ts';
import { forEachBounded } from './bounded.ts';
import { conditionOf, withCondition } from './conditions.ts';
import { Controller, type ControllerContext, type ReconcileResult } from './controller.ts';
import { deleteIfThere } from './delete-if-there.ts';
import { writeStatus } from './write-status.ts';

export interface PodGcOptions {
  /** A node must be gone for so long: a kubelet whose Node was deleted registers again. Default 3,000. */
  quarantineMs?: number;
  /** So many ended pods are kept. Default 1,000 (Kubernetes: 12,500). */
  keepEnded?: number;
  /** How often all pods are looked through. Default 20,000. */
  sweepEveryMs?: number;
}

const sweep = 'sweep';
const concurrency = 16;
const orphaned: V1PodCondition = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'DeletionByPodGC',
  message: 'PodGC: node no longer exists',
};

/**
 * Whether somebody vouches for it that the node is off: its kubelet will not end what terminates there, so that nobody need wait for it
 * (KEP-2268). A node that is ready, or whose kubelet has never spoken, is not believed to be off.
 */
export function isOutOfService({ spec, status }: V1Node): boolean {
  const ready = conditionOf(status?.conditions, 'Ready')?.status;
  const isTainted = spec?.taints?.some(({ key }) => key === 'node.kubernetes.io/out-of-service') ?? false;
  return isTainted && ready !== undefined && ready !== 'True';
}

/** The oldest ended pods beyond the number kept. */
export function surplus(all: readonly V1Pod[], keepEnded: number): V1Pod[] {
  const ended = all.filter((pod) => hasEnded(pod) && !pod.metadata.deletionTimestamp);
  const byAge = ended.sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1));
  return byAge.slice(0, Math.max(0, ended.length - keepEnded));
}

class PodCollector {
  readonly #context: ControllerContext;
  readonly #options: Required<PodGcOptions>;
  /** Since when nodes that pods name are known to be gone; monotonic milliseconds. */
  readonly #goneSince = new Map<string, number>();

  constructor(context: ControllerContext, options: PodGcOptions) {
    this.#context = context;
    this.#options = { quarantineMs: 3_000, keepEnded: 1_000, sweepEveryMs: 20_000, ...options };
  }

  async sweep(): Promise<ReconcileResult> {
    const all = this.#context.informers.for(pods).lister.list();
    const neverPlaced = all.filter(({ metadata, spec }) => metadata.deletionTimestamp && !spec.nodeName);
    const abandoned = all.filter((pod) => pod.metadata.deletionTimestamp && this.#isOutOfService(pod));
    const { orphans, nextMs } = await this.#orphans(all);
    await forEachBounded([...neverPlaced, ...surplus(all, this.#options.keepEnded)], concurrency, (pod) =>
      this.#remove(pod),
    );
    await forEachBounded(abandoned, concurrency, (pod) => this.#fail(pod));
    await forEachBounded(orphans, concurrency, (pod) => this.#fail(pod, orphaned));
    return { requeueAfterMs: Math.min(nextMs, this.#options.sweepEveryMs) };
  }

  async #orphans(all: readonly V1Pod[]): Promise<{ orphans: V1Pod[]; nextMs: number }> {
    const now = this.#context.clock.monotonic();
    const known = this.#context.informers.for(nodes).lister;
    const homeless = all.filter(({ spec }) => spec.nodeName && !known.get(spec.nodeName));
    const missing = new Set(homeless.map(({ spec }) => spec.nodeName ?? ''));
    for (const name of this.#goneSince.keys()) if (!missing.has(name)) this.#goneSince.delete(name);
    const gone = new Set<string>();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const name of missing) {
      const since = this.#goneSince.get(name) ?? now;
      this.#goneSince.set(name, since);
      const leftMs = since + this.#options.quarantineMs - now;
      if (leftMs > 0) nextMs = Math.min(nextMs, leftMs);
      // The informer may be behind: the API has the last word.
      else if (!(await this.#context.client.resource(nodes).find(name))) gone.add(name);
    }
    return { orphans: homeless.filter(({ spec }) => gone.has(spec.nodeName ?? '')), nextMs };
  }

  /** Whether a pod that terminates, or was just bound, may be one that nobody else removes. */
  concerns(pod: V1Pod): boolean {
    const { nodeName } = pod.spec;
    const isTerminating = pod.metadata.deletionTimestamp !== undefined;
    if (!nodeName) return isTerminating;
    const isGone = !this.#context.informers.for(nodes).lister.get(nodeName);
    return isGone || (isTerminating && this.#isOutOfService(pod));
  }

  #isOutOfService({ spec }: V1Pod): boolean {
    const node = this.#context.informers.for(nodes).lister.get(spec.nodeName ?? '');
    return node !== undefined && isOutOfService(node);
  }

  /** Who counts pods must not take it for one that runs, nor for one that went on its own. */
  async #fail(pod: V1Pod, condition?: V1PodCondition): Promise<void> {
    const { client, clock } = this.#context;
    const old = pod.status?.conditions;
    const conditions = condition ? withCondition(old, condition, timestamp(clock.now())) : old;
    const status = { ...pod.status, phase: 'Failed', ...(conditions ? { conditions } : {}) };
    if (!hasEnded(pod)) await writeStatus(client, pods, pod, status);
    await this.#remove(pod);
  }

  async #remove(pod: V1Pod): Promise<void> {
    const api = this.#context.client.resource(pods, pod.metadata.namespace);
    await deleteIfThere(api, pod, { gracePeriodSeconds: 0 });
  }
}

export function createPodGcController(context: ControllerContext, options: PodGcOptions = {}): Controller {
  const { informers } = context;
  const collector = new PodCollector(context, options);
  const controller = new Controller(context, {
    name: 'pod-garbage-collector-controller',
    reconcile: () => collector.sweep(),
    workers: 1,
  });
  // A pod may also be bound to a node that goes at the same time.
  const podSeen = (pod: V1Pod) => collector.concerns(pod) && controller.enqueueAfter(sweep, 100);
  controller.observe(informers.for(pods), { added: podSeen, updated: podSeen });
  controller.observe(informers.for(nodes), {
    updated: (node) => isOutOfService(node) && controller.enqueueAfter(sweep, 100),
    deleted: () => controller.enqueueAfter(sweep, 1),
  });
  controller.enqueue(sweep);
  return controller;
}
