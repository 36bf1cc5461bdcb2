// Removes pods that nobody else will: of nodes that no longer exist, terminating ones that never had a node, and the oldest of too
// many ended ones.

import type { V1Pod } from '../api/generated/types.ts';
import { timestamp } from '../api/timestamp.ts';
import { nodes, pods } from '../client/resources.ts';
import { forEachBounded } from './bounded.ts';
import { withCondition } from './conditions.ts';
import { Controller, type ControllerContext, type ReconcileResult } from './controller.ts';
import { deleteIfThere } from './delete-if-there.ts';
import { hasEnded } from './pod-phase.ts';
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
    const { orphans, nextMs } = await this.#orphans(all);
    await forEachBounded([...neverPlaced, ...surplus(all, this.#options.keepEnded)], concurrency, (pod) =>
      this.#remove(pod),
    );
    await forEachBounded(orphans, concurrency, (pod) => this.#removeOrphan(pod));
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

  async #removeOrphan(pod: V1Pod): Promise<void> {
    const { client, clock } = this.#context;
    const reason = { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' };
    const now = timestamp(clock.now());
    const conditions = withCondition(
      pod.status?.conditions,
      { type: 'DisruptionTarget', status: 'True', ...reason },
      now,
    );
    if (!hasEnded(pod)) await writeStatus(client, pods, pod, { ...pod.status, phase: 'Failed', conditions });
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
  controller.observe(informers.for(pods), {
    updated: ({ metadata, spec }) =>
      metadata.deletionTimestamp && !spec.nodeName && controller.enqueueAfter(sweep, 100),
  });
  controller.observe(informers.for(nodes), {
    deleted: () => controller.enqueueAfter(sweep, 1),
  });
  controller.enqueue(sweep);
  return controller;
}
