// The ReplicaSets of one Deployment during one reconcile: which is new, which are old, and the writes that change them.

import type { V1Deployment, V1ReplicaSet } from '../../api/generated/types.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/event-recorder.ts';
import { replicaSets } from '../../client/resources.ts';
import { desiredReplicasOf, maxReplicasOf, revisionOf, withRevision, withSizes } from './annotations.ts';
import type { SetSize, Sizes } from './rollout.ts';
import type { ResolvedSpec } from './spec.ts';
import { sameTemplate } from './template.ts';

export class DeploymentSets {
  readonly #client: Client;
  readonly #recorder: EventRecorder;
  readonly #deployment: V1Deployment;
  readonly #spec: ResolvedSpec;
  /** Oldest first. */
  #sets: V1ReplicaSet[];
  #newUid: string | undefined;

  constructor(
    client: Client,
    recorder: EventRecorder,
    deployment: V1Deployment,
    spec: ResolvedSpec,
    sets: readonly V1ReplicaSet[],
  ) {
    this.#client = client;
    this.#recorder = recorder;
    this.#deployment = deployment;
    this.#spec = spec;
    this.#sets = [...sets].sort(byAge);
    // Should there be two with this template, the older one is it: both must not grow.
    const newSet = this.#sets.find((set) => sameTemplate(set.spec.template, deployment.spec.template));
    this.#newUid = newSet?.metadata.uid;
  }

  get all(): readonly V1ReplicaSet[] {
    return this.#sets;
  }

  /** The one with the Deployment's template. */
  get newSet(): V1ReplicaSet | undefined {
    return this.#sets.find(({ metadata }) => metadata.uid === this.#newUid);
  }

  /** Oldest first. */
  get oldSets(): V1ReplicaSet[] {
    return this.#sets.filter(({ metadata }) => metadata.uid !== this.#newUid);
  }

  /** Those that want pods, oldest first. */
  get active(): V1ReplicaSet[] {
    return this.#sets.filter(({ spec }) => (spec.replicas ?? 0) > 0);
  }

  /** The revision that the new set must have: above all old ones. */
  get nextRevision(): number {
    return Math.max(0, ...this.oldSets.map(revisionOf)) + 1;
  }

  /** True when an active set was sized for another size of the Deployment: it is being scaled, not rolled out. */
  get isScaling(): boolean {
    return this.active.some((set) => {
      const desired = desiredReplicasOf(set);
      return desired !== undefined && desired !== this.#spec.replicas;
    });
  }

  /** Takes a set that was just created, or found, as the new one. */
  adoptNew(set: V1ReplicaSet): void {
    this.#sets = [...this.#sets.filter(({ metadata }) => metadata.uid !== set.metadata.uid), set].sort(byAge);
    this.#newUid = set.metadata.uid;
  }

  /** Gives the new set the revision, annotations and minReadySeconds it should have. */
  async refreshNew(): Promise<void> {
    const set = this.newSet;
    if (!set) return;
    const annotations = withRevision(this.#deployment, set, this.nextRevision);
    const { minReadySeconds } = this.#spec;
    const current = set.metadata.annotations ?? {};
    if (deepEqual(annotations, current) && (set.spec.minReadySeconds ?? 0) === minReadySeconds) return;
    await this.#update({
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...set.spec, minReadySeconds },
    });
  }

  /** Scales every set whose size is named; true when one changed. */
  async resize(sizes: Sizes): Promise<boolean> {
    let changed = false;
    for (const set of this.#sets) {
      const size = sizes.get(set.metadata.name);
      if (size !== undefined && (await this.scale(set, size))) changed = true;
    }
    return changed;
  }

  /** Also brings the annotations of sizes up to date; true when the size changed. */
  async scale(set: V1ReplicaSet, replicas: number): Promise<boolean> {
    const before = set.spec.replicas ?? 0;
    const annotations = withSizes(set.metadata.annotations, this.#spec);
    if (before === replicas && deepEqual(annotations, set.metadata.annotations)) return false;
    const metadata = { ...set.metadata, annotations };
    await this.#update({ ...set, metadata, spec: { ...set.spec, replicas } });
    if (before !== replicas) this.tellScaled(set.metadata.name, before, replicas);
    return before !== replicas;
  }

  tellScaled(name: string, from: number, to: number): void {
    const direction = to > from ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${name} from ${from} to ${to}`;
    this.#recorder.event(this.#deployment, 'Normal', 'ScalingReplicaSet', message);
  }

  /** Deletes the oldest revisions beyond the limit, as far as they are empty and settled. */
  async cleanUp(): Promise<void> {
    const { revisionHistoryLimit } = this.#spec;
    if (revisionHistoryLimit === undefined) return;
    const candidates = this.oldSets.filter(({ metadata }) => !metadata.deletionTimestamp);
    const surplus = Math.max(0, candidates.length - revisionHistoryLimit);
    const oldest = candidates.sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, surplus);
    for (const { metadata } of oldest.filter(isSettledAndEmpty)) {
      const { name, namespace, uid } = metadata;
      await this.#client.resource(replicaSets, namespace).delete(name, { preconditions: { uid } });
    }
  }

  async #update(set: V1ReplicaSet): Promise<void> {
    const updated = await this.#client.resource(replicaSets).update(set);
    this.#sets = this.#sets.map((each) => (each.metadata.uid === updated.metadata.uid ? updated : each));
  }
}

/** As the rollout's arithmetic sees a set. */
export function sizeOf(set: V1ReplicaSet): SetSize {
  return {
    name: set.metadata.name,
    replicas: set.spec.replicas ?? 0,
    available: set.status?.availableReplicas ?? 0,
    maxReplicas: maxReplicasOf(set),
  };
}

function byAge(a: V1ReplicaSet, b: V1ReplicaSet): number {
  const age = Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp);
  return age || (a.metadata.name < b.metadata.name ? -1 : 1);
}

function isSettledAndEmpty({ metadata, spec, status }: V1ReplicaSet): boolean {
  const empty = (spec.replicas ?? 0) === 0 && (status?.replicas ?? 0) === 0;
  return empty && (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
}
