// The addresses of one node's pods: which are given out, and which is next.

import type { Random } from '../base/backoff.ts';
import type { NetworkPlan } from './network-plan.ts';

export interface PodAddressesOptions {
  plan: NetworkPlan;
  /** Of the node in its cluster, from 1. */
  nodeIndex: number;
  random: Random;
}

export class PodAddresses {
  readonly #options: PodAddressesOptions;
  readonly #first: number;
  readonly #size: number;
  /** Pod by the number of its address. */
  readonly #pods = new Map<number, string>();
  /** Goes round: what was freed last is given out last, so that late connections do not meet somebody else. */
  #next: number;

  constructor(options: PodAddressesOptions) {
    this.#options = options;
    const { first, last } = options.plan.podNumbers;
    this.#first = first;
    this.#size = last - first + 1;
    this.#next = Math.floor(options.random() * this.#size);
  }

  /** The former one where it is this node's and free, else the next. Throws, saying what to do, when none is left. */
  take(uid: string, former: string | undefined): string {
    const { plan, nodeIndex } = this.#options;
    const before = former === undefined ? undefined : plan.podNumber(nodeIndex, former);
    const number = before !== undefined && !this.#pods.has(before) ? before : this.#free();
    this.#pods.set(number, uid);
    return plan.podAddress(nodeIndex, number);
  }

  /** Idempotent. */
  release(uid: string): void {
    for (const [number, owner] of this.#pods) if (owner === uid) this.#pods.delete(number);
  }

  #free(): number {
    for (let step = 0; step < this.#size; step++) {
      const number = this.#first + this.#next;
      this.#next = (this.#next + 1) % this.#size;
      if (!this.#pods.has(number)) return number;
    }
    throw new Error(`all ${this.#size} pod addresses of this node are taken: delete pods, or add a node`);
  }
}
