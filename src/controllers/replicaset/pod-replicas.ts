// Creates and deletes the pods of a ReplicaSet, keeps the expectations right and says in events what happened.

import type { V1Pod, V1ReplicaSet } from '../../api/generated/types.ts';
import { jsonClone } from '../../base/json-clone.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/event-recorder.ts';
import type { Expectations } from '../../client/expectations.ts';
import { keyOf } from '../../client/object-key.ts';
import type { Draft } from '../../client/resource.ts';
import { pods } from '../../client/resources.ts';
import { isStatusError } from '../../client/response-error.ts';
import { controllerReference } from '../owner-references.ts';
import { slowStart } from '../slow-start.ts';
import type { ReplicaFailure } from './status.ts';

/** A failure to be shown in the ReplicaFailure condition. */
export class ReplicaError extends Error implements ReplicaFailure {
  override name = 'ReplicaError';
  readonly reason: ReplicaFailure['reason'];

  constructor(reason: ReplicaFailure['reason'], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.reason = reason;
  }
}

export class PodReplicas {
  readonly #client: Client;
  readonly #recorder: EventRecorder;
  readonly #expectations: Expectations;

  constructor(client: Client, recorder: EventRecorder, expectations: Expectations) {
    this.#client = client;
    this.#recorder = recorder;
    this.#expectations = expectations;
  }

  /** Resolves with the first failure; those after it were not tried. */
  async create(set: V1ReplicaSet, count: number): Promise<ReplicaError | undefined> {
    const key = keyOf(set);
    this.#expectations.expectCreations(key, count);
    const draft = podDraft(set);
    const { skipped, error } = await slowStart(count, () => this.#createOne(set, draft));
    // Nobody will see those.
    if (skipped > 0) this.#expectations.creationObserved(key, skipped);
    return error === undefined ? undefined : new ReplicaError('FailedCreate', error);
  }

  /** Resolves with the first failure; all were tried. */
  async delete(set: V1ReplicaSet, victims: readonly V1Pod[]): Promise<ReplicaError | undefined> {
    const uids = victims.map(({ metadata }) => metadata.uid);
    this.#expectations.expectDeletions(keyOf(set), uids);
    const outcomes = await Promise.allSettled(victims.map((pod) => this.#deleteOne(set, pod)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    return failed ? new ReplicaError('FailedDelete', failed.reason) : undefined;
  }

  async #createOne(set: V1ReplicaSet, draft: Draft<V1Pod>): Promise<void> {
    try {
      const pod = await this.#client.resource(pods, set.metadata.namespace).create(draft);
      this.#recorder.event(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    } catch (error) {
      this.#expectations.creationObserved(keyOf(set));
      // The whole namespace goes: nothing to mend, nothing to tell.
      if (isTerminatingNamespace(error)) return;
      this.#recorder.event(set, 'Warning', 'FailedCreate', `Error creating: ${(error as Error).message}`);
      throw error;
    }
  }

  async #deleteOne(set: V1ReplicaSet, { metadata }: V1Pod): Promise<void> {
    const { name, uid } = metadata;
    try {
      await this.#client.resource(pods, set.metadata.namespace).delete(name, { preconditions: { uid } });
      this.#recorder.event(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    } catch (error) {
      this.#expectations.deletionObserved(keyOf(set), uid);
      // Somebody was quicker; the name may even belong to another pod by now.
      if (isStatusError(error, 404) || isStatusError(error, 409)) return;
      this.#recorder.event(set, 'Warning', 'FailedDelete', `Error deleting: ${(error as Error).message}`);
      throw error;
    }
  }
}

function podDraft(set: V1ReplicaSet): Draft<V1Pod> {
  const { metadata = {}, spec = { containers: [] } } = set.spec.template ?? {};
  const { labels, annotations, finalizers } = metadata;
  return jsonClone({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace,
      labels,
      annotations,
      finalizers,
      ownerReferences: [controllerReference(set)],
    },
    spec,
  });
}

function isTerminatingNamespace(error: unknown): boolean {
  if (!isStatusError(error, 403)) return false;
  return error.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false;
}
