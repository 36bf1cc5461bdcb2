// Keeps as many pods as a ReplicaSet asks for: creates what is missing, deletes what is too many, adopts and releases, reports.

import type { V1Pod, V1ReplicaSet } from '../api/generated/types.ts';
import { labelSelectorFromObject } from '../api/selectors.ts';
import { deepEqual } from '../base/deep-equal.ts';
import { Expectations } from '../client/expectations.ts';
import type { Informer } from '../client/informer.ts';
import { keyFor, keyOf } from '../client/object-key.ts';
import { pods as podResource, replicaSets } from '../client/resources.ts';
import { claim, stillThere } from './claim.ts';
import { Controller, type ControllerContext, type ReconcileResult } from './controller.ts';
import { byController, controllerIndex, controllerOf, orphanKey } from './owner-references.ts';
import { isActive, nextAvailableInMs } from './pod-state.ts';
import { PodReplicas, type ReplicaError } from './replicaset/pod-replicas.ts';
import { replicaSetStatus, sameCounts } from './replicaset/status.ts';
import { chooseVictims } from './replicaset/victims.ts';
import { writeStatus } from './write-status.ts';

/** So many pods are created or deleted per reconcile; then the informer must catch up. */
const burst = 500;
/** Pods change in bursts; a status write per burst is enough. */
const batchMs = 5;

export function createReplicaSetController(context: ControllerContext): Controller {
  const sets = new ReplicaSets(context);
  const controller = new Controller(context, {
    name: 'replicaset-controller',
    batchMs,
    reconcile: (key) => sets.reconcile(key),
  });
  sets.attach(controller);
  return controller;
}

class ReplicaSets {
  readonly #context: ControllerContext;
  readonly #sets: Informer<V1ReplicaSet>;
  readonly #pods: Informer<V1Pod>;
  readonly #expectations: Expectations;
  readonly #replicas: PodReplicas;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#sets = context.informers.for(replicaSets);
    this.#pods = context.informers.for(podResource);
    this.#sets.addIndex(controllerIndex, byController);
    this.#pods.addIndex(controllerIndex, byController);
    this.#expectations = new Expectations(context.clock);
    const recorder = context.recorder.from('replicaset-controller');
    this.#replicas = new PodReplicas(context.client, recorder, this.#expectations);
  }

  attach(controller: Controller): void {
    controller.observe(this.#sets, {
      added: (set) => controller.enqueue(keyOf(set)),
      updated: (set) => controller.enqueue(keyOf(set)),
      deleted: (set) => {
        this.#expectations.forget(keyOf(set));
        controller.enqueue(keyOf(set));
      },
    });
    controller.observe(this.#pods, {
      added: (pod) => this.#podAdded(pod, controller),
      updated: (pod, old) => this.#podUpdated(pod, old, controller),
      deleted: (pod) => this.#podGoing(pod, controller),
    });
  }

  async reconcile(key: string): Promise<ReconcileResult | undefined> {
    const set = this.#sets.lister.get(key);
    if (!set) {
      this.#expectations.forget(key);
      return undefined;
    }
    // Looked at before the pods are: what arrives in between is then counted, never doubled.
    const mayManage = this.#expectations.satisfied(key) && !set.metadata.deletionTimestamp;
    const owned = await this.#claimedPods(set);
    const failure = mayManage ? await this.#manage(set, owned) : undefined;
    await this.#report(set, owned, failure);
    if (failure) throw failure;
    const minReadySeconds = set.spec.minReadySeconds ?? 0;
    const requeueAfterMs =
      minReadySeconds > 0 ? nextAvailableInMs(owned, minReadySeconds, this.#context.clock.now()) : undefined;
    return { requeueAfterMs };
  }

  async #claimedPods(set: V1ReplicaSet): Promise<V1Pod[]> {
    const { client } = this.#context;
    const { lister } = this.#pods;
    const own = lister.byIndex(controllerIndex, set.metadata.uid);
    const orphans = lister.byIndex(controllerIndex, orphanKey(set.metadata.namespace));
    return claim([...own, ...orphans].filter(isActive), {
      client,
      resource: podResource,
      owner: set,
      selector: labelSelectorFromObject(set.spec.selector),
      mayAdopt: stillThere(client, replicaSets, set),
    });
  }

  async #manage(set: V1ReplicaSet, owned: readonly V1Pod[]): Promise<ReplicaError | undefined> {
    const surplus = owned.length - (set.spec.replicas ?? 1);
    if (surplus < 0) return this.#replicas.create(set, Math.min(-surplus, burst));
    if (surplus === 0) return undefined;
    const victims = chooseVictims(owned, this.#related(set), Math.min(surplus, burst));
    return this.#replicas.delete(set, victims);
  }

  /** The active pods of this set and of those that the same Deployment has. */
  #related(set: V1ReplicaSet): V1Pod[] {
    const controller = controllerOf(set);
    const siblings = controller ? this.#sets.lister.byIndex(controllerIndex, controller.uid) : [set];
    return siblings
      .flatMap(({ metadata }) => this.#pods.lister.byIndex(controllerIndex, metadata.uid))
      .filter(isActive);
  }

  async #report(
    set: V1ReplicaSet,
    owned: readonly V1Pod[],
    failure: ReplicaError | undefined,
  ): Promise<void> {
    const status = replicaSetStatus(set, owned, failure, this.#context.clock.now());
    const unchanged =
      sameCounts(set.status, status) &&
      set.status?.observedGeneration === status.observedGeneration &&
      deepEqual(set.status?.conditions ?? [], status.conditions ?? []);
    if (!unchanged) await writeStatus(this.#context.client, replicaSets, set, status);
  }

  #podAdded(pod: V1Pod, controller: Controller): void {
    if (pod.metadata.deletionTimestamp) {
      this.#podGoing(pod, controller);
      return;
    }
    const owner = this.#ownerKey(pod);
    if (owner) {
      this.#expectations.creationObserved(owner);
      controller.enqueue(owner);
    } else this.#enqueueMatching(pod, controller);
  }

  #podUpdated(pod: V1Pod, old: V1Pod, controller: Controller): void {
    if (pod.metadata.deletionTimestamp) {
      this.#podGoing(pod, controller);
      return;
    }
    const before = this.#ownerKey(old);
    const owner = this.#ownerKey(pod);
    if (before && before !== owner) controller.enqueue(before);
    if (owner) controller.enqueue(owner);
    else this.#enqueueMatching(pod, controller);
  }

  #podGoing(pod: V1Pod, controller: Controller): void {
    const owner = this.#ownerKey(pod);
    if (!owner) return;
    this.#expectations.deletionObserved(owner, pod.metadata.uid);
    controller.enqueue(owner);
  }

  #enqueueMatching(pod: V1Pod, controller: Controller): void {
    if (controllerOf(pod)) return;
    for (const set of this.#sets.lister.list({ namespace: pod.metadata.namespace })) {
      if (labelSelectorFromObject(set.spec.selector).matches(pod.metadata.labels)) {
        controller.enqueue(keyOf(set));
      }
    }
  }

  /** The key of the ReplicaSet that controls the pod, whether or not the informer has it. */
  #ownerKey(pod: V1Pod): string | undefined {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'ReplicaSet') return undefined;
    const key = keyFor(pod.metadata.namespace, owner.name);
    const set = this.#sets.lister.get(key);
    return set && set.metadata.uid !== owner.uid ? undefined : key;
  }
}
