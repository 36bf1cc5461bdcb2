// delete and deletecollection: preconditions, finalizers, propagation and the pods' grace period.

import { hasEnded } from '../../api/core/pod-phase.ts';
import type { AnyObject } from '../../api/object.ts';
import { conflict, notFoundError, type Status, StatusError } from '../../api/status.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { Clock } from '../../base/clock.ts';
import type { Decision, Store, Stored } from '../../store/store.ts';
import { fromStorage } from '../conversion.ts';
import type { DeleteOptions } from '../options.ts';
import { type ServedKind, storageKey } from '../scheme.ts';
import type { Preparation } from './preparation.ts';
import type { WriteContext } from './request-context.ts';

const orphanFinalizer = 'orphan';
const foregroundFinalizer = 'foregroundDeletion';

export type Deleted =
  | { gone: true; status: Status }
  /** Still there: it waits for finalizers or its grace period. */
  | { gone: false; object: AnyObject };

export class Deleter {
  readonly #store: Store;
  readonly #preparation: Preparation;
  readonly #clock: Clock;

  constructor(store: Store, preparation: Preparation, clock: Clock) {
    this.#store = store;
    this.#preparation = preparation;
    this.#clock = clock;
  }

  async delete(context: WriteContext, options: DeleteOptions): Promise<Deleted> {
    const { kind, namespace, name } = context;
    let last: AnyObject | undefined;
    let gone = false;
    await this.#store.write(storageKey(kind, namespace, name), (current) => {
      if (!current) throw notFoundError(kind.resourceName, name);
      checkPreconditions(context, options, current);
      this.#preparation.delete(context, current.value);
      const decision = this.#decide(kind.storage, current.value, options);
      last = decision.op === 'none' ? current.value : decision.value;
      gone = decision.op === 'delete';
      return options.dryRun ? { op: 'none' } : decision;
    });
    const object = fromStorage(kind, last as unknown as AnyObject);
    if (!gone) return { gone, object };
    return { gone, status: deletedStatus(kind, object) };
  }

  #decide(kind: ServedKind, current: AnyObject, options: DeleteOptions): Decision {
    const finalizers = finalizersFor(kind, current, options.propagationPolicy);
    const grace = graceFor(kind, current, options.gracePeriodSeconds);
    const held =
      finalizers.length > 0 || (kind.kind === 'Namespace' && (current.spec?.finalizers?.length ?? 0) > 0);
    if (!held && grace === 0) return { op: 'delete', value: this.#marked(current, 0, finalizers) };
    const { deletionTimestamp, deletionGracePeriodSeconds } = current.metadata;
    const sameFinalizers = finalizers.length === (current.metadata.finalizers?.length ?? 0);
    // A second deletion may only shorten the grace period.
    const shortens = grace < (deletionGracePeriodSeconds ?? 0);
    if (deletionTimestamp !== undefined && sameFinalizers && !shortens) return { op: 'none' };
    const period = deletionTimestamp === undefined ? grace : Math.min(grace, deletionGracePeriodSeconds ?? 0);
    return { op: 'put', value: this.#marked(current, period, finalizers) };
  }

  /** A copy marked for deletion. */
  #marked(current: AnyObject, graceSeconds: number, finalizers: string[]): AnyObject {
    const metadata = { ...current.metadata };
    const isFirst = metadata.deletionTimestamp === undefined;
    if (isFirst || graceSeconds < (metadata.deletionGracePeriodSeconds ?? 0)) {
      metadata.deletionTimestamp = timestamp(this.#clock.now() + graceSeconds * 1_000);
      metadata.deletionGracePeriodSeconds = graceSeconds;
    }
    if (isFirst && metadata.generation !== undefined) metadata.generation++;
    if (finalizers.length > 0) metadata.finalizers = finalizers;
    else delete metadata.finalizers;
    if (current.kind !== 'Namespace') return { ...current, metadata };
    return { ...current, metadata, status: { ...current.status, phase: 'Terminating' } };
  }
}

function checkPreconditions({ kind, name }: WriteContext, options: DeleteOptions, current: Stored): void {
  const { uid, resourceVersion } = options.preconditions;
  const { metadata } = current.value;
  if (uid !== undefined && uid !== metadata.uid) {
    const detail = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
    throw conflict(kind.resourceName, name, detail);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const detail = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
    throw conflict(kind.resourceName, name, detail);
  }
}

/** Adds or takes away the collector's finalizers as the policy says; without a policy the object's own stay. */
function finalizersFor(
  kind: ServedKind,
  current: AnyObject,
  policy: DeleteOptions['propagationPolicy'],
): string[] {
  const { finalizers = [], deletionTimestamp } = current.metadata;
  const added = deletionTimestamp === undefined ? (kind.deletionFinalizers ?? []) : [];
  const kept = [...finalizers, ...added.filter((finalizer) => !finalizers.includes(finalizer))];
  if (policy === undefined) return kept;
  const others = kept.filter(
    (finalizer) => finalizer !== orphanFinalizer && finalizer !== foregroundFinalizer,
  );
  if (policy === 'Orphan') return [...others, orphanFinalizer];
  if (policy === 'Foreground') return [...others, foregroundFinalizer];
  return others;
}

/** Only pods leave gracefully; one that no node has, or that has ended, goes at once. */
function graceFor(kind: ServedKind, current: AnyObject, asked: number | undefined): number {
  if (kind.storageResource !== 'pods') return 0;
  const { spec, status } = current;
  if (!spec?.nodeName || hasEnded({ status })) return 0;
  return asked ?? spec.terminationGracePeriodSeconds ?? 30;
}

function deletedStatus(kind: ServedKind, object: AnyObject): Status {
  const { name, uid } = object.metadata;
  const group = kind.group === '' ? {} : { group: kind.group };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...group, kind: kind.plural, uid },
  };
}

/** True for the error of an object that somebody else deleted meanwhile. */
export function isNotFound(error: unknown): boolean {
  return error instanceof StatusError && error.reason === 'NotFound';
}
