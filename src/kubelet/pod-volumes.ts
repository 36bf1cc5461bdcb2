// How pods get what they mount. The kubelet only asks; without an implementation nothing is mounted.

import type { V1Container, V1Pod } from '../api/generated/types.ts';
import type { Subscribable } from '../base/subscribable.ts';
import type { Mount } from '../runtime/runtime.ts';

/** Volumes that cannot be had now; the pod waits (ContainerCreating) and is tried again. */
export class VolumeError extends Error {
  override name = 'VolumeError';
  /** One line per volume. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

/** A pod whose volumes hold more than it may have. */
export interface OverfullPod {
  podUid: string;
  message: string;
}

export interface PodVolumes {
  /** Tells of pods that are to be evicted; of the same one again while it is there. */
  readonly overfull: Pick<Subscribable<OverfullPod>, 'subscribe'>;

  /**
   * Makes ready what the pod's containers mount; what is ready already is left alone. Resolves with what they will have to do without, one
   * line per volume.
   * @throws VolumeError
   */
  prepare(pod: V1Pod, signal: AbortSignal): Promise<readonly string[]>;

  /**
   * Where what the container mounts lies; after prepare(). `env`: the container's, for subPathExpr.
   * @throws EnvironmentError for a part of a volume that is not there
   */
  mounts(pod: V1Pod, container: V1Container, env: Readonly<Record<string, string>>): Mount[];

  /** The pod as the API shows it now: files that tell of it are brought up to date, those of a pod that was found running again too. */
  refresh(pod: V1Pod): void;

  /** The pod is gone: its volumes too. Idempotent. */
  release(podUid: string): Promise<void>;

  /** No other pods are left on the node: what lies here of others goes. */
  retain(podUids: ReadonlySet<string>): Promise<void>;
}
