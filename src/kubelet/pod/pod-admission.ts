// Whether a pod that was bound to this node fits on it. The scheduler has asked already, but pods are bound by others too, and nodes shrink.
// Labels are not asked about: the scheduler may have seen newer ones than this kubelet.

import { type Amounts, addAmounts, parseAmounts, podAmounts } from '../../api/core/resource-amounts.ts';
import type { V1Pod } from '../../api/generated/types.ts';

export interface Rejection {
  /** `OutOfcpu`, `OutOfpods`. */
  reason: string;
  message: string;
}

export class PodAdmission {
  readonly #allocatable: Amounts;
  readonly #admitted = new Map<string, Amounts>();
  readonly #used: Amounts = new Map();

  constructor(allocatable: Readonly<Record<string, string>>) {
    this.#allocatable = parseAmounts(allocatable);
  }

  /** Takes the room a pod needs; undefined when it fits, and then it holds it until release(). */
  admit(pod: V1Pod): Rejection | undefined {
    const wanted = podAmounts(pod).set('pods', 1);
    const rejection = this.#roomRejection(wanted);
    if (!rejection) this.#take(pod, wanted);
    return rejection;
  }

  /** For a pod that was admitted before this kubelet started: it is not asked again. */
  readmit(pod: V1Pod): void {
    this.#take(pod, podAmounts(pod).set('pods', 1));
  }

  /** Idempotent. */
  release(uid: string): void {
    const amounts = this.#admitted.get(uid);
    if (amounts) addAmounts(this.#used, amounts, -1);
    this.#admitted.delete(uid);
  }

  #take(pod: V1Pod, amounts: Amounts): void {
    this.release(pod.metadata.uid);
    this.#admitted.set(pod.metadata.uid, amounts);
    addAmounts(this.#used, amounts);
  }

  #roomRejection(wanted: Amounts): Rejection | undefined {
    for (const [name, amount] of wanted) {
      const capacity = this.#allocatable.get(name) ?? 0;
      const used = this.#used.get(name) ?? 0;
      if (amount === 0 || used + amount <= capacity) continue;
      const message = `Pod was rejected: Node didn't have enough resource: ${name}, requested: ${amount}, used: ${used}, capacity: ${capacity}`;
      return { reason: `OutOf${name}`, message };
    }
    return undefined;
  }
}
