// Admission of pods (Kubernetes' DefaultTolerationSeconds): how long a pod stays on a node that is not ready or out of reach when
// the pod does not say.

import type { V1Toleration } from '../../api/generated/types.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { writtenPod } from './written-pod.ts';

const effect = 'NoExecute';
const taints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

export class DefaultTolerations implements AdmissionPlugin {
  readonly name = 'DefaultTolerationSeconds';
  readonly #seconds: number;

  /** `seconds`: 0 or more; how long both taints are tolerated. */
  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  mutate(request: AdmissionRequest): void {
    const spec = writtenPod(request)?.spec;
    if (!spec) return;
    const given = spec.tolerations ?? [];
    const missing = taints.filter((key) => !given.some((toleration) => concerns(toleration, key)));
    if (missing.length === 0) return;
    const added = missing.map((key) => this.#toleration(key));
    spec.tolerations = [...given, ...added];
  }

  #toleration(key: string): V1Toleration {
    return { key, operator: 'Exists', effect, tolerationSeconds: this.#seconds };
  }
}

/** Whatever its value: a toleration that speaks of the taint is the owner's word on it. */
function concerns(toleration: V1Toleration, key: string): boolean {
  return (!toleration.key || toleration.key === key) && (!toleration.effect || toleration.effect === effect);
}
