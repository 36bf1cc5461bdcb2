// Who sends requests to a pod, and has to have stopped before the pod is told to end.

import type { V1Pod } from '../api/generated/types.ts';

export interface DepartureGate {
  /**
   * Resolves to nobody's name as soon as nobody has to be waited for any more; with the signal, to the names of those who still have to
   * say that they are done with the pod. Never rejects.
   */
  cleared(pod: V1Pod, signal: AbortSignal): Promise<readonly string[]>;
}
