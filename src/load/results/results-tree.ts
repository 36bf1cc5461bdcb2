// Which requests are worth keeping whole: the first good ones of each label, and failures as long as there is room. Decides before anything
// is put into words, since that costs more than the request.

export interface TreeLimits {
  /** Good ones of each label. */
  readonly good: number;
  /** Failures of all labels. */
  readonly failures: number;
}

export const defaultTreeLimits: TreeLimits = { good: 3, failures: 1_000 };

export class ResultsTree {
  readonly #limits: TreeLimits;
  readonly #good = new Map<string, number>();
  #failures = 0;
  #failuresNotKept = 0;

  constructor(limits: TreeLimits) {
    this.#limits = limits;
  }

  get failuresNotKept(): number {
    return this.#failuresNotKept;
  }

  /** Counts it as kept when it says yes. */
  wants(label: string, success: boolean): boolean {
    return success ? this.#wantsGood(label) : this.#wantsFailure();
  }

  #wantsGood(label: string): boolean {
    const kept = this.#good.get(label) ?? 0;
    if (kept >= this.#limits.good) return false;
    this.#good.set(label, kept + 1);
    return true;
  }

  #wantsFailure(): boolean {
    if (this.#failures >= this.#limits.failures) {
      this.#failuresNotKept++;
      return false;
    }
    this.#failures++;
    return true;
  }
}
