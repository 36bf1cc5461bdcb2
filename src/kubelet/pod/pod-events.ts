// The events of pods, with Kubernetes' reasons and texts.

import type { V1Pod } from '../../api/generated/types.ts';
import { type EventRecorder, referenceTo } from '../../client/event-recorder.ts';
import type { ContainerRecord } from './container-record.ts';

export class PodEvents {
  readonly #recorder: EventRecorder;
  readonly #withStarts: boolean;

  /** `withStarts` false leaves out what happens at every start: three writes per container, most of the cost of a simulated one. */
  constructor(recorder: EventRecorder, withStarts: boolean) {
    this.#recorder = recorder;
    this.#withStarts = withStarts;
  }

  normal(pod: V1Pod, reason: string, message: string): void {
    this.#recorder.event(pod, 'Normal', reason, message);
  }

  warning(pod: V1Pod, reason: string, message: string): void {
    this.#recorder.event(pod, 'Warning', reason, message);
  }

  /** What every start says. */
  start(pod: V1Pod, record: ContainerRecord, reason: string, message: string): void {
    if (this.#withStarts) this.#about(pod, record, 'Normal', reason, message);
  }

  containerNormal(pod: V1Pod, record: ContainerRecord, reason: string, message: string): void {
    this.#about(pod, record, 'Normal', reason, message);
  }

  containerWarning(pod: V1Pod, record: ContainerRecord, reason: string, message: string): void {
    this.#about(pod, record, 'Warning', reason, message);
  }

  #about(
    pod: V1Pod,
    { role, container }: ContainerRecord,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): void {
    const list = role === 'main' ? 'containers' : 'initContainers';
    const fieldPath = `spec.${list}{${container.name}}`;
    this.#recorder.event({ ...referenceTo(pod), fieldPath }, type, reason, message);
  }
}
