// The affinity terms that placed pods carry, grouped by meaning, with their weight per node: what pods already there want of
// or refuse to a newcomer.

import type { AffinityTerm } from './affinity-term.ts';
import { bump } from './pod-counts.ts';

export interface CarriedTerm {
  readonly term: AffinityTerm;
  /** Sum of the weights of the carriers on each node. */
  readonly byNode: Map<string, number>;
}

export class TermIndex {
  readonly #terms = new Map<string, CarriedTerm>();

  /** A negative weight takes a carrier away that was added with the positive one. */
  add(term: AffinityTerm, nodeName: string, weight: number): void {
    let carried = this.#terms.get(term.id);
    if (!carried) {
      carried = { term, byNode: new Map() };
      this.#terms.set(term.id, carried);
    }
    bump(carried.byNode, nodeName, weight);
    if (carried.byNode.size === 0) this.#terms.delete(term.id);
  }

  values(): Iterable<CarriedTerm> {
    return this.#terms.values();
  }
}
