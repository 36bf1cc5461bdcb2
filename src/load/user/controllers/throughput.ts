// Throughput controller: in a share of the passages of what is around it, or so many times. It decides when such a passage begins, whether
// or not the passage comes to it, as JMeter does.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import type { Children } from './children.ts';
import { type Controller, evaluated, type Walk, type Walker } from './walk.ts';

export interface ThroughputTerms {
  readonly id: string;
  readonly mode: 'percent' | 'total';
  readonly value: CompiledTemplate;
  readonly perUser: boolean;
}

export class ThroughputController implements Controller {
  readonly kind = 'controller';
  readonly #children: Children;
  readonly #terms: ThroughputTerms;

  constructor(children: Children, terms: ThroughputTerms) {
    this.#children = children;
    this.#terms = terms;
  }

  *around(walker: Walker): Walk {
    const value = Number(yield* evaluated(this.#terms.value, walker)) || 0;
    const state = this.#state(walker);
    state.runs =
      this.#terms.mode === 'total'
        ? yield* this.#isWithinTotal(walker, value)
        : isOfShare(yield* this.#passages(walker), value);
  }

  *walk(walker: Walker): Walk {
    if (this.#state(walker).runs) yield* this.#children.pass(walker);
  }

  *#isWithinTotal(walker: Walker, most: number): Walk<boolean> {
    if (this.#terms.perUser) {
      const state = this.#state(walker);
      return state.count < most && ++state.count > 0;
    }
    const taken = walker.context.shared.take(`throughput ${this.#terms.id}`, most);
    return typeof taken === 'boolean' ? taken : ((yield taken) as boolean);
  }

  /** How many have begun, this one included. */
  *#passages(walker: Walker): Walk<number> {
    if (this.#terms.perUser) return ++this.#state(walker).count;
    const number = walker.context.shared.count(`throughput ${this.#terms.id}`);
    return typeof number === 'number' ? number : ((yield number) as number);
  }

  #state(walker: Walker): { runs: boolean; count: number } {
    return walker.state(this, () => ({ runs: false, count: 0 }));
  }
}

/**
 * Whether the n-th passage (from 1) is one of those that make up the share, spread evenly. JMeter lets one more run when
 * (100 × runs + 50) ÷ passages is below the share: after n passages there have been as many as there are k from 0 with k + 0.5 < n × share.
 */
export function isOfShare(passage: number, percent: number): boolean {
  const runs = (passages: number) => Math.max(0, Math.ceil((passages * percent) / 100 - 0.5));
  return runs(passage) > runs(passage - 1);
}
