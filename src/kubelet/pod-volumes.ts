// How a container gets what its pod mounts. The kubelet only asks; without an implementation nothing is mounted.

import type { V1Container, V1Pod } from '../api/generated/types.ts';
import type { Mount } from '../runtime/runtime.ts';

export interface PodVolumes {
  /**
   * Makes ready what the container mounts, and says where it lies. Rejects with an Error that says what is missing (the container then waits
   * with CreateContainerConfigError and is tried again).
   */
  mounts(pod: V1Pod, container: V1Container, signal: AbortSignal): Promise<Mount[]>;
  /** The pod changed or what it mounts may have: brings mounted files up to date. */
  refresh?(pod: V1Pod): void;
  /** The pod is gone: its volumes too. Idempotent. */
  release(podUid: string): Promise<void>;
}
