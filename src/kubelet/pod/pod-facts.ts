// What the status of a pod is made of.

import type { V1Pod, V1PodStatus } from '../../api/generated/types.ts';
import type { ContainerRecord } from './container-record.ts';

export interface PodFacts {
  pod: V1Pod;
  records: readonly ContainerRecord[];
  /** Wall clock, milliseconds. */
  now: number;
  /** Monotonic milliseconds, as in the records. */
  monotonic: number;
  hostIps: readonly string[];
  /** Empty until it has some. */
  podIps: readonly string[];
  /** When the kubelet accepted it; RFC 3339. */
  startTime: string;
  /** Why it ended for another reason than its containers: it did not fit, it took too long. */
  verdict?: { reason: string; message: string };
  /** Its processes have been stopped for good. */
  stopped: boolean;
  /** Stands before `://` in container IDs. */
  runtimeName: string;
  /** What was reported last; times of unchanged conditions are taken from it. */
  before: V1PodStatus | undefined;
}
