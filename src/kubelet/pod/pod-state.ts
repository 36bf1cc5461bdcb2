// One pod on its node: its object, what its containers did, what it was given. Shared by those who start it, stop it and report on it.

import { hasEnded } from '../../api/core/pod-phase.ts';
import type { V1Pod, V1PodStatus } from '../../api/generated/types.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { PodAttachment } from '../../network/pod-network.ts';
import type { RuntimeContainer, RuntimePod, RuntimePodNetwork } from '../../runtime/runtime.ts';
import { type ContainerRecord, isRunning, lost, newRecords } from './container-record.ts';

export class PodState {
  /** As the API last showed it. */
  pod: V1Pod;
  readonly records: readonly ContainerRecord[];
  readonly startTime: string;
  /** The pod is there in the runtime. */
  prepared = false;
  attachment: PodAttachment | undefined;
  /** How it was connected before this kubelet started. */
  formerNetwork: RuntimePodNetwork | undefined;
  verdict: { reason: string; message: string } | undefined;
  /** Nothing of it runs, nor will again. */
  stopped = false;
  /** It has ended and been reported so: only its removal is left. */
  settled = false;
  /** What was reported last. */
  reported: V1PodStatus | undefined;

  /** `now` is wall-clock milliseconds; `found` what the runtime has of it already. */
  constructor(pod: V1Pod, now: number, found?: RuntimePod) {
    this.pod = pod;
    this.records = newRecords(pod);
    this.startTime = pod.status?.startTime ?? timestamp(now);
    this.reported = pod.status;
    if (found) this.#adopt(found);
    else this.#recall();
    if (hasEnded(pod)) {
      this.settled = true;
      this.stopped = true;
    }
  }

  get uid(): string {
    return this.pod.metadata.uid;
  }

  /** `web_default(uid)`, as Kubernetes' messages name a pod. */
  get fullName(): string {
    const { name, namespace, uid } = this.pod.metadata;
    return `${name}_${namespace}(${uid})`;
  }

  get podIps(): readonly string[] {
    return this.attachment?.ips ?? this.formerIps;
  }

  get formerIps(): readonly string[] {
    return this.formerNetwork?.ips ?? [];
  }

  /** It was made for another network than it has now: the cluster has come back with one. */
  get isElsewhere(): boolean {
    const { attachment, formerNetwork, pod } = this;
    if (!attachment || !formerNetwork) return false;
    const ips = pod.spec.hostNetwork ? [] : attachment.ips;
    return (
      attachment.namespacePath !== formerNetwork.namespacePath || ips.join() !== formerNetwork.ips.join()
    );
  }

  record(name: string): ContainerRecord | undefined {
    return this.records.find(({ container }) => container.name === name);
  }

  /** The API shows it so now. Of a running pod's containers only the image may change: those that run are replaced then. */
  follow(pod: V1Pod): void {
    this.pod = pod;
    for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
      const record = this.record(container.name);
      if (!record) continue;
      if (record.container.image !== container.image && isRunning(record))
        record.replace = 'definition changed';
      record.container = container;
    }
  }

  /** The runtime has nothing of it any more. As after a restart of the machine, init containers run again. `now` is wall-clock milliseconds. */
  forsake(now: number): void {
    this.prepared = false;
    this.formerNetwork = undefined;
    for (const record of this.records) {
      record.former = undefined;
      if (!record.current) continue;
      const run = { ...record.current, id: '' };
      record.current = record.role === 'init' ? undefined : run.exit ? run : lost(run, now);
    }
  }

  /** True when it has run before: it was admitted then. */
  get isKnown(): boolean {
    return this.prepared || this.pod.status?.startTime !== undefined;
  }

  #adopt(found: RuntimePod): void {
    this.prepared = true;
    this.formerNetwork = found.spec.network;
    for (const record of this.records) {
      const runs = found.containers.filter(({ name }) => name === record.container.name);
      record.current = runs.at(-1);
      record.former = runs.at(-2);
      if (record.current && !record.current.exit) this.#resume(record);
    }
  }

  /** The probes will say otherwise if it is otherwise: until then the new kubelet believes what the old one reported. */
  #resume(record: ContainerRecord): void {
    const { startupProbe, readinessProbe, name } = record.container;
    const status = this.#statusOf(name);
    record.started = !startupProbe || status?.started === true;
    record.passing = !readinessProbe || status?.ready === true;
  }

  /** Runs that the API knows of and the runtime does not (any more): the machine was restarted. Init containers run again. */
  #recall(): void {
    for (const record of this.records) {
      if (record.role !== 'init') record.current = this.#lostRun(record.container.name);
    }
  }

  #lostRun(name: string): RuntimeContainer | undefined {
    const status = this.#statusOf(name);
    if (!status?.containerID) return undefined;
    const { running, terminated = status.lastState?.terminated } = status.state ?? {};
    const image = { name: status.image, id: status.imageID, pulled: false };
    const startedAt = Date.parse(running?.startedAt ?? terminated?.startedAt ?? this.startTime);
    const run = { id: '', podUid: this.uid, name, attempt: status.restartCount, image, startedAt };
    if (terminated && !running) {
      const { exitCode, finishedAt, reason, message } = terminated;
      return {
        ...run,
        exit: { exitCode, finishedAt: Date.parse(finishedAt ?? '') || startedAt, reason, message },
      };
    }
    return lost(run, startedAt);
  }

  #statusOf(name: string) {
    const { containerStatuses = [], initContainerStatuses = [] } = this.pod.status ?? {};
    return [...initContainerStatuses, ...containerStatuses].find((status) => status.name === name);
  }
}
