// Carries out what a node's state means for its pods: marks them not ready, and evicts those that have to go.

import { isReady } from '../../api/core/readiness.ts';
import type { V1Pod, V1PodCondition } from '../../api/generated/types.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { Clock } from '../../base/clock.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/event-recorder.ts';
import { pods } from '../../client/resources.ts';
import { forEachBounded } from '../bounded.ts';
import { withCondition } from '../conditions.ts';
import { deleteIfThere } from '../delete-if-there.ts';
import { writeStatus } from '../write-status.ts';

export interface EvictorContext {
  client: Client;
  clock: Clock;
  recorder: EventRecorder;
}

const concurrency = 16;

export class Evictor {
  readonly #context: EvictorContext;

  constructor(context: EvictorContext) {
    this.#context = context;
  }

  /** Traffic leaves the pods of a node that is not ready; its kubelet says otherwise when it is back. */
  async markNotReady(all: readonly V1Pod[]): Promise<void> {
    await forEachBounded(all.filter(isReady), concurrency, async (pod) => {
      this.#context.recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
      await this.#setCondition(pod, { type: 'Ready', status: 'False' });
    });
  }

  /** The pods stay Terminating until their node comes back or is removed; they are replaced at once. */
  async evict(all: readonly V1Pod[]): Promise<void> {
    await forEachBounded(all, concurrency, async (pod) => {
      const { namespace, name } = pod.metadata;
      const message = `Marking for deletion Pod ${namespace}/${name}`;
      this.#context.recorder.event(pod, 'Normal', 'TaintManagerEviction', message);
      await this.#setCondition(pod, {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByTaintManager',
        message: 'Taint manager: deleting due to NoExecute taint',
      });
      await deleteIfThere(this.#context.client.resource(pods, namespace), pod);
    });
  }

  async #setCondition(pod: V1Pod, condition: V1PodCondition): Promise<void> {
    const { client, clock } = this.#context;
    const conditions = withCondition(pod.status?.conditions, condition, timestamp(clock.now()));
    await writeStatus(client, pods, pod, { ...pod.status, conditions });
  }
}
