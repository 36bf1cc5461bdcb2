// From the wall clock, which stamps of others are of, to machineTime(). The two are compared again and again: the quickest comparison since
// the clock was last set counts, and a clock that was set begins anew. Pure arithmetic.

/** One comparison: the wall clock said `wall` at some moment between the two. */
export interface Exchange {
  /** machineTime(). */
  readonly from: number;
  readonly to: number;
  /** Milliseconds since the epoch. */
  readonly wall: number;
  /** The wall clock shows whole units of so many milliseconds, cut; default 1. */
  readonly resolutionMs?: number;
}

export interface Moment {
  /** machineTime(). */
  readonly at: number;
  /** It may be so much earlier or later. */
  readonly uncertaintyMs: number;
}

/** The same setting of the wall clock: wall − machineTime() is between `low` and `high`. */
interface Setting {
  /** machineTime() of the first and the last comparison. */
  readonly since: number;
  readonly until: number;
  readonly low: number;
  readonly high: number;
}

/** How much clocks drift apart within minutes, and how NTP slews: more than this is somebody who set the clock. */
const slackMs = 2;

export class ClockOffsets {
  readonly #settings: Setting[] = [];

  note({ from, to, wall, resolutionMs = 1 }: Exchange): void {
    const seen = { low: wall - to, high: wall + resolutionMs - from };
    const last = this.#settings.at(-1);
    if (last === undefined || seen.low > last.high + slackMs || seen.high < last.low - slackMs) {
      this.#settings.push({ since: from, until: to, ...seen });
      return;
    }
    this.#settings[this.#settings.length - 1] = { since: last.since, until: to, ...closer(last, seen) };
  }

  /** How often the wall clock was found to have been set. */
  get jumps(): number {
    return Math.max(0, this.#settings.length - 1);
  }

  /** Of the widest setting; Infinity before the first comparison. */
  get uncertaintyMs(): number {
    if (this.#settings.length === 0) return Number.POSITIVE_INFINITY;
    return Math.max(...this.#settings.map(({ low, high }) => (high - low) / 2));
  }

  /**
   * When a stamp of the wall clock was made. Where it was set meanwhile the same stamp may mean several moments: then the uncertainty
   * covers those that are possible. Undefined before the first comparison.
   *
   * @param resolutionMs of the stamp, which is cut to it.
   */
  momentOf(wall: number, resolutionMs = 1): Moment | undefined {
    const possible = this.#settings
      .map((setting, index) => this.#within(index, spanOf(wall, resolutionMs, setting)))
      .filter((span) => span !== undefined);
    const [first] = possible;
    if (first === undefined) return this.#byNearest(wall, resolutionMs);
    const from = Math.min(...possible.map((span) => span.from));
    return middle({ from, to: Math.max(...possible.map((span) => span.to)) });
  }

  /** A setting was in force from some moment after the last comparison of the one before. */
  #within(index: number, { from, to }: Span): Span | undefined {
    const begin = this.#settings[index - 1]?.until ?? Number.NEGATIVE_INFINITY;
    const end = this.#settings[index + 1]?.since ?? Number.POSITIVE_INFINITY;
    return to < begin || from > end ? undefined : { from: Math.max(from, begin), to: Math.min(to, end) };
  }

  /** A stamp of a time that no setting ever showed. */
  #byNearest(wall: number, resolutionMs: number): Moment | undefined {
    const last = this.#settings.at(-1);
    return last && middle(spanOf(wall, resolutionMs, last));
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function spanOf(wall: number, resolutionMs: number, { low, high }: Setting): Span {
  return { from: wall - high, to: wall + resolutionMs - low };
}

function middle({ from, to }: Span): Moment {
  return { at: (from + to) / 2, uncertaintyMs: (to - from) / 2 };
}

/** What both allow; by drift they may miss each other a little: then the later one counts. */
function closer(
  a: Pick<Setting, 'low' | 'high'>,
  b: Pick<Setting, 'low' | 'high'>,
): Pick<Setting, 'low' | 'high'> {
  const [low, high] = [Math.max(a.low, b.low), Math.min(a.high, b.high)];
  return low <= high ? { low, high } : { low: b.low, high: b.high };
}
