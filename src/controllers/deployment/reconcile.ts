// One reconcile of one Deployment: what to do next, in the order Kubernetes does it. One step per call: the change it makes
// comes back as an event and calls again.

import { hasEnded } from '../../api/core/pod-phase.ts';
import type { V1Deployment, V1Pod, V1ReplicaSet } from '../../api/generated/types.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/event-recorder.ts';
import { deployments } from '../../client/resources.ts';
import { isStatusError } from '../../client/response-error.ts';
import type { ReconcileResult } from '../controller.ts';
import { writeStatus } from '../write-status.ts';
import { desiredReplicasOf, revisionAnnotation, revisionOf } from './annotations.ts';
import { Conditions } from './conditions.ts';
import { createNewSet, newSetDraft } from './new-replica-set.ts';
import { deadlineInMs, isComplete, judgePause, judgeProgress } from './progress.ts';
import { DeploymentSets, sizeOf } from './replica-sets.ts';
import { newSetReplicas, proportionalSizes, shrunkOldSets } from './rollout.ts';
import { type ResolvedSpec, resolveSpec } from './spec.ts';
import { countsOf, type DeploymentCounts, judgeAvailability, judgeFailures, statusOf } from './status.ts';

/** After a collision was counted: until the informer shows the new count, another try would only collide again. */
const collisionPauseMs = 10;

export interface DeploymentWorld {
  client: Client;
  recorder: EventRecorder;
  /** Wall-clock milliseconds. */
  nowMs: number;
  /** The ReplicaSets the Deployment owns. */
  sets: readonly V1ReplicaSet[];
  /** All pods of a set, finished and terminating ones too. */
  podsOf(set: V1ReplicaSet): readonly V1Pod[];
}

export class DeploymentReconcile {
  readonly #world: DeploymentWorld;
  readonly #spec: ResolvedSpec;
  readonly #sets: DeploymentSets;
  readonly #conditions: Conditions;
  #deployment: V1Deployment;

  constructor(deployment: V1Deployment, world: DeploymentWorld) {
    this.#world = world;
    this.#deployment = deployment;
    this.#spec = resolveSpec(deployment);
    this.#sets = new DeploymentSets(world.client, world.recorder, deployment, this.#spec, world.sets);
    this.#conditions = new Conditions(deployment.status?.conditions, world.nowMs);
  }

  async run(): Promise<ReconcileResult> {
    if (this.#deployment.metadata.deletionTimestamp) return this.#report({ rollout: false });
    judgePause(this.#conditions, this.#spec);
    await this.#followNewSet();
    if (this.#spec.paused || this.#sets.isScaling) {
      await this.#scale();
      if (this.#spec.paused) await this.#sets.cleanUp();
      return this.#report({ rollout: false });
    }
    const goOn = this.#spec.strategy === 'Recreate' ? await this.#recreate() : await this.#roll();
    if (!goOn) return { requeueAfterMs: collisionPauseMs };
    if (isComplete(this.#spec, this.#counts)) await this.#sets.cleanUp();
    return this.#report({ rollout: true });
  }

  get #counts(): DeploymentCounts {
    return countsOf(this.#sets.newSet, this.#sets.oldSets);
  }

  /** False: a name collided, begin again. */
  async #roll(): Promise<boolean> {
    if (!(await this.#ensureNewSet())) return false;
    const newSet = this.#sets.newSet;
    if (!newSet) return true;
    const oldSizes = this.#sets.oldSets.map(sizeOf);
    const size = newSetReplicas(this.#spec, sizeOf(newSet), oldSizes);
    if (size !== newSet.spec.replicas) await this.#sets.scale(newSet, size);
    else await this.#sets.resize(shrunkOldSets(this.#spec, sizeOf(newSet), oldSizes));
    return true;
  }

  /** First nothing old, then everything new. False: a name collided, begin again. */
  async #recreate(): Promise<boolean> {
    const oldSizes = new Map(this.#sets.oldSets.map(({ metadata }) => [metadata.name, 0]));
    const shrank = await this.#sets.resize(oldSizes);
    if (shrank || this.#oldPodsRun()) return true;
    if (!(await this.#ensureNewSet())) return false;
    const newSet = this.#sets.newSet;
    if (newSet) await this.#sets.scale(newSet, this.#spec.replicas);
    return true;
  }

  #oldPodsRun(): boolean {
    return this.#sets.oldSets.some(
      (set) => (set.status?.replicas ?? 0) > 0 || this.#world.podsOf(set).some((pod) => !hasEnded(pod)),
    );
  }

  /** To the Deployment's size, without rolling anything out. */
  async #scale(): Promise<void> {
    const { replicas } = this.#spec;
    const { newSet, oldSets, active } = this.#sets;
    const [only = newSet ?? oldSets.at(-1)] = active;
    if (active.length <= 1) {
      if (only) await this.#sets.scale(only, replicas);
      return;
    }
    if (newSet && this.#isSaturated(newSet)) {
      await this.#sets.resize(new Map(oldSets.map(({ metadata }) => [metadata.name, 0])));
    } else if (this.#spec.strategy === 'RollingUpdate') await this.#scaleInProportion();
  }

  async #scaleInProportion(): Promise<void> {
    const { replicas, maxSurge } = this.#spec;
    const sizes = this.#sets.active.map(sizeOf);
    const total = sizes.reduce((sum, size) => sum + size.replicas, 0);
    const grows = (replicas > 0 ? replicas + maxSurge : 0) > total;
    // Larger before smaller; of equals the newer grow and the older shrink first.
    if (grows) sizes.reverse();
    sizes.sort((a, b) => b.replicas - a.replicas);
    const current = this.#deployment.status?.replicas ?? 0;
    await this.#sets.resize(proportionalSizes(this.#spec, sizes, current));
  }

  #isSaturated(newSet: V1ReplicaSet): boolean {
    const { replicas } = this.#spec;
    const { spec, status } = newSet;
    return (
      desiredReplicasOf(newSet) === replicas &&
      spec.replicas === replicas &&
      (status?.availableReplicas ?? 0) === replicas
    );
  }

  /** A new set that exists keeps up with the Deployment, also by a rollback to it. */
  async #followNewSet(): Promise<void> {
    await this.#sets.refreshNew();
    const newSet = this.#sets.newSet;
    if (!newSet) return;
    await this.#followRevision(newSet);
    if (this.#spec.progressDeadlineSeconds === undefined || this.#conditions.get('Progressing')) return;
    const message = `Found new replica set "${newSet.metadata.name}"`;
    this.#conditions.set('Progressing', { status: 'True', reason: 'FoundNewReplicaSet', message });
  }

  /** Creates the new set where there is none. False: a name collided, begin again. */
  async #ensureNewSet(): Promise<boolean> {
    if (this.#sets.newSet) return true;
    const draft = newSetDraft(this.#deployment, this.#spec, this.#sets.nextRevision);
    draft.spec.replicas = this.#firstSize(draft.metadata.name);
    const outcome = await this.#create(draft);
    if (outcome.kind === 'collision') {
      await this.#countCollision();
      return false;
    }
    this.#sets.adoptNew(outcome.set);
    await this.#followRevision(outcome.set);
    if (outcome.kind === 'existed') return true;
    const { name } = outcome.set.metadata;
    const size = outcome.set.spec.replicas ?? 0;
    if (size > 0) this.#sets.tellScaled(name, 0, size);
    const message = `Created new replica set "${name}"`;
    this.#setProgressing('True', 'NewReplicaSetCreated', message);
    return true;
  }

  async #create(draft: ReturnType<typeof newSetDraft>): ReturnType<typeof createNewSet> {
    try {
      return await createNewSet(this.#world.client, this.#deployment, draft);
    } catch (error) {
      const terminating =
        isStatusError(error, 403) &&
        error.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating');
      if (!terminating) await this.#tellCreateFailed(draft.metadata.name, error as Error);
      throw error;
    }
  }

  async #tellCreateFailed(name: string, error: Error): Promise<void> {
    const message = `Failed to create new replica set "${name}": ${error.message}`;
    const reason = 'ReplicaSetCreateError';
    this.#world.recorder.event(this.#deployment, 'Warning', reason, message);
    this.#setProgressing('False', reason, message);
    await this.#report({ rollout: false });
  }

  /** All at once for Recreate: nothing old is left by then. */
  #firstSize(name: string): number {
    if (this.#spec.strategy === 'Recreate') return this.#spec.replicas;
    const empty = { name, replicas: 0, available: 0 };
    return newSetReplicas(this.#spec, empty, this.#sets.oldSets.map(sizeOf));
  }

  #setProgressing(status: string, reason: string, message: string): void {
    if (this.#spec.progressDeadlineSeconds === undefined) return;
    this.#conditions.set('Progressing', { status, reason, message });
  }

  async #followRevision(newSet: V1ReplicaSet): Promise<void> {
    const revision = String(revisionOf(newSet));
    const { name, namespace, uid, annotations } = this.#deployment.metadata;
    if (annotations?.[revisionAnnotation] === revision) return;
    const patch = { metadata: { uid, annotations: { [revisionAnnotation]: revision } } };
    this.#deployment = await this.#world.client.resource(deployments, namespace).patch(name, patch);
  }

  async #countCollision(): Promise<void> {
    const status = this.#deployment.status ?? {};
    const collisionCount = (status.collisionCount ?? 0) + 1;
    await writeStatus(this.#world.client, deployments, this.#deployment, { ...status, collisionCount });
  }

  async #report({ rollout }: { rollout: boolean }): Promise<ReconcileResult> {
    const counts = this.#counts;
    judgeAvailability(this.#conditions, this.#spec, counts);
    if (rollout) {
      judgeProgress(this.#conditions, this.#deployment, this.#spec, counts, this.#sets.newSet);
      judgeFailures(this.#conditions, this.#sets.newSet, this.#sets.oldSets);
    }
    const status = statusOf(this.#deployment, counts, this.#conditions);
    if (!deepEqual(this.#deployment.status, status)) {
      await writeStatus(this.#world.client, deployments, this.#deployment, status);
    }
    return { requeueAfterMs: deadlineInMs(this.#conditions, this.#spec, counts) };
  }
}
