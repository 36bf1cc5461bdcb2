// Tells why a pod has no node yet: an event and the PodScheduled condition, each only when there is something new to say.

import type { V1Pod, V1PodCondition } from '../api/generated/types.ts';
import { timestamp } from '../api/timestamp.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Client } from '../client/client.ts';
import type { EventRecorder } from '../client/event-recorder.ts';
import { pods } from '../client/resources.ts';
import { isStatusError } from '../client/response-error.ts';
import type { PodInfo } from './pod-info.ts';

export interface PendingReportContext {
  client: Client;
  recorder: EventRecorder;
  clock: Clock;
  logger: Logger;
}

export type PendingReason = 'Unschedulable' | 'SchedulingGated' | 'SchedulerError';

function isSaid(condition: V1PodCondition | undefined, reason: string, message: string): boolean {
  return condition?.status === 'False' && condition.reason === reason && condition.message === message;
}

export class PendingReport {
  readonly #context: PendingReportContext;
  /** What was last said, by pod uid: the informer's copy may be older. */
  readonly #said = new Map<string, string>();

  constructor(context: PendingReportContext) {
    this.#context = context;
  }

  /** Never rejects: a condition that could not be written is written at the next occasion. */
  async tell(
    { pod, uid }: PodInfo,
    reason: PendingReason,
    message: string,
    signal: AbortSignal,
  ): Promise<void> {
    const text = `${reason}: ${message}`;
    if (this.#said.get(uid) === text) return;
    this.#said.set(uid, text);
    if (reason !== 'SchedulingGated') {
      this.#context.recorder.event(pod, 'Warning', 'FailedScheduling', message);
    }
    try {
      await this.#writeCondition(pod, reason, message, signal);
    } catch (error) {
      this.#said.delete(uid);
      // Gone, or changed meanwhile: then it is tried again anyway.
      if (isStatusError(error, 404) || isStatusError(error, 409) || signal.aborted) return;
      this.#context.logger.warn('could not write why a pod is pending', { pod: pod.metadata.name, error });
    }
  }

  forget(uid: string): void {
    this.#said.delete(uid);
  }

  async #writeCondition(
    pod: V1Pod,
    reason: PendingReason,
    message: string,
    signal: AbortSignal,
  ): Promise<void> {
    const old = pod.status?.conditions?.find((condition) => condition.type === 'PodScheduled');
    if (isSaid(old, reason, message)) return;
    const now = timestamp(this.#context.clock.now());
    const lastTransitionTime = old?.status === 'False' ? old.lastTransitionTime : now;
    const condition = { type: 'PodScheduled', status: 'False', reason, message, lastTransitionTime };
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
    const status = { ...pod.status, conditions: [...others, condition] };
    await this.#context.client.resource(pods).updateStatus({ ...pod, status }, { signal });
  }
}
