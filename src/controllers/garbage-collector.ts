// Deletes what nobody owns any more, and carries out foreground and orphaning deletions, over all kinds that the API serves
// (Kubernetes' rules of ownerReferences and propagation policies).

import type { AnyObject, OwnerReference } from '../api/object.ts';
import { customResourceDefinitions } from '../client/resources.ts';
import { isStatusError } from '../client/response-error.ts';
import { forEachBounded } from './bounded.ts';
import { type Monitored, Monitors } from './collector/monitors.ts';
import {
  foreground,
  hasFinalizer,
  isDeleting,
  OwnerCheck,
  type OwnerFinding,
  orphan,
} from './collector/owner-check.ts';
import { Controller, type ControllerContext, type ReconcileResult } from './controller.ts';

export interface GarbageCollectorOptions {
  /** Objects looked at, and so deletions sent, at the same time. Default 20. */
  workers?: number;
  /** How often the kinds are discovered anew even if no definition seems to have changed. Default 30,000. */
  discoverEveryMs?: number;
}

/** The key of discovery; no uid looks like it. */
const discovery = '#discovery';
const concurrency = 20;
/** A definition is served a moment after it is written. */
const settleMs = 100;
const unresolvableRetryMs = 30_000;

type Policy = 'Background' | 'Foreground' | 'Orphan';

/** Tells which uids a change concerns: the object's own, and those of owners that wait for its end. */
class ChangeFilter {
  readonly #enqueue: (uid: string) => void;

  constructor(enqueue: (uid: string) => void) {
    this.#enqueue = enqueue;
  }

  added(object: AnyObject): void {
    const { uid, ownerReferences = [] } = object.metadata;
    if (ownerReferences.length > 0 || isDeleting(object)) this.#enqueue(uid);
  }

  updated(object: AnyObject, old: AnyObject): void {
    const started = isDeleting(object) && !isDeleting(old);
    const owners = ({ metadata }: AnyObject): string =>
      (metadata.ownerReferences ?? []).map(({ uid }) => uid).join();
    const finalizers = ({ metadata }: AnyObject): string => (metadata.finalizers ?? []).join();
    if (started || owners(object) !== owners(old) || finalizers(object) !== finalizers(old))
      this.#enqueue(object.metadata.uid);
    for (const owner of old.metadata.ownerReferences ?? []) {
      if (owners(object) !== owners(old) || started) this.#enqueue(owner.uid);
    }
  }

  deleted({ metadata }: AnyObject): void {
    this.#enqueue(metadata.uid);
    for (const owner of metadata.ownerReferences ?? []) this.#enqueue(owner.uid);
  }
}

export class GarbageCollector extends Controller {
  readonly #context: ControllerContext;
  readonly #monitors: Monitors;
  readonly #owners: OwnerCheck;
  readonly #discoverEveryMs: number;

  constructor(context: ControllerContext, options: GarbageCollectorOptions = {}) {
    super(context, {
      name: 'garbage-collector-controller',
      workers: options.workers ?? concurrency,
      reconcile: (key, signal) => (key === discovery ? this.#discover(signal) : this.#reconcile(key)),
    });
    this.#context = { ...context, recorder: context.recorder.from('garbage-collector-controller') };
    this.#discoverEveryMs = options.discoverEveryMs ?? 30_000;
    const filter = new ChangeFilter((uid) => this.enqueue(uid));
    this.#monitors = new Monitors(this.#context, filter);
    this.#owners = new OwnerCheck(context.client, this.#monitors);
    const soon = (): void => this.enqueueAfter(discovery, settleMs);
    this.observe(context.informers.for(customResourceDefinitions), {
      added: soon,
      updated: soon,
      deleted: soon,
    });
    this.enqueue(discovery);
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#monitors.close();
  }

  async #discover(signal: AbortSignal): Promise<ReconcileResult> {
    await this.#monitors.refresh(signal);
    return { requeueAfterMs: this.#discoverEveryMs };
  }

  async #reconcile(uid: string): Promise<ReconcileResult> {
    const found = this.#monitors.find(uid);
    if (!found) {
      for (const { object } of this.#monitors.dependentsOf(uid)) this.enqueue(object.metadata.uid);
      return {};
    }
    if (isDeleting(found.object)) {
      await this.#finishDeletion(found);
      return {};
    }
    return this.#collect(found);
  }

  async #finishDeletion(found: Monitored): Promise<void> {
    if (hasFinalizer(found.object, orphan)) await this.#orphanDependents(found);
    else if (hasFinalizer(found.object, foreground)) await this.#waitForDependents(found);
  }

  async #orphanDependents(found: Monitored): Promise<void> {
    // A dependent that is not known yet would be deleted instead of kept.
    await this.#monitors.synced();
    const { uid } = found.object.metadata;
    await forEachBounded(this.#monitors.dependentsOf(uid), concurrency, (dependent) =>
      this.#removeOwners(dependent, (owner) => owner.uid === uid),
    );
    await this.#removeFinalizer(found, orphan);
  }

  /** Dependents that do not block their owner go in the background, once it is gone. */
  async #waitForDependents(found: Monitored): Promise<void> {
    await this.#monitors.synced();
    const { uid } = found.object.metadata;
    const blocking = this.#monitors
      .dependentsOf(uid)
      .filter(({ object }) =>
        object.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion),
      );
    if (blocking.length === 0) await this.#removeFinalizer(found, foreground);
    for (const { object } of blocking) if (!isDeleting(object)) this.enqueue(object.metadata.uid);
  }

  async #collect(found: Monitored): Promise<ReconcileResult> {
    const { object } = found;
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length === 0) return {};
    const findings = await Promise.all(owners.map((owner) => this.#owners.check(object, owner)));
    this.#complain(object, findings);
    if (findings.some(({ state }) => state === 'unresolvable'))
      return { requeueAfterMs: unresolvableRetryMs };
    if (findings.some(({ state }) => state === 'solid')) {
      const leaving = new Set(
        findings.filter(({ state }) => state !== 'solid').map(({ owner }) => owner.uid),
      );
      if (leaving.size > 0) await this.#removeOwners(found, (owner) => leaving.has(owner.uid));
      return {};
    }
    await this.#delete(found, this.#policyFor(object, findings));
    return {};
  }

  #complain(object: AnyObject, findings: readonly OwnerFinding[]): void {
    for (const { owner } of findings.filter(({ invalidNamespace }) => invalidNamespace)) {
      const { apiVersion, kind, name, uid } = owner;
      const shown = `[${apiVersion}/${kind}, namespace: ${object.metadata.namespace ?? ''}, name: ${name}, uid: ${uid}]`;
      const message = `ownerRef ${shown} does not exist in namespace "${object.metadata.namespace ?? ''}"`;
      this.#context.recorder.event(object, 'Warning', 'OwnerRefInvalidNamespace', message);
    }
  }

  /** An owner that waits wants to see the end of its dependents' dependents too. */
  #policyFor(object: AnyObject, findings: readonly OwnerFinding[]): Policy {
    const waits = findings.some(({ state }) => state === 'waiting');
    if (waits && this.#monitors.dependentsOf(object.metadata.uid).length > 0) return 'Foreground';
    if (hasFinalizer(object, orphan)) return 'Orphan';
    return hasFinalizer(object, foreground) ? 'Foreground' : 'Background';
  }

  /** Only the very state that was judged: it may have been adopted meanwhile, and then it is judged again. */
  async #delete({ object, resource }: Monitored, propagationPolicy: Policy): Promise<void> {
    const { name, namespace, uid, resourceVersion } = object.metadata;
    const api = this.#context.client.resource(resource, namespace);
    await this.#orGone(() =>
      api.delete(name, { propagationPolicy, preconditions: { uid, resourceVersion } }),
    );
  }

  async #removeOwners(found: Monitored, isRemoved: (owner: OwnerReference) => boolean): Promise<void> {
    const ownerReferences = (found.object.metadata.ownerReferences ?? []).filter(
      (owner) => !isRemoved(owner),
    );
    await this.#patchMetadata(found, { ownerReferences });
  }

  async #removeFinalizer(found: Monitored, finalizer: string): Promise<void> {
    const finalizers = (found.object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
    await this.#patchMetadata(found, { finalizers });
  }

  async #patchMetadata(
    { object, resource }: Monitored,
    change: Partial<AnyObject['metadata']>,
  ): Promise<void> {
    const { name, namespace, uid, resourceVersion } = object.metadata;
    const api = this.#context.client.resource(resource, namespace);
    await this.#orGone(() => api.patch(name, { metadata: { uid, resourceVersion, ...change } }));
  }

  async #orGone(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!isStatusError(error, 404)) throw error;
    }
  }
}

export function createGarbageCollector(
  context: ControllerContext,
  options: GarbageCollectorOptions = {},
): GarbageCollector {
  return new GarbageCollector(context, options);
}
