// Time-outs of many connections without a timer for each: whoever waits for something writes down until when, and is told within one beat
// of it being over. Setting a deadline is an assignment, which is what lets every request have several.

/** How late a deadline may be noticed. */
const beatMs = 25;

export interface Timed {
  /** performance.now() when it is over; Infinity for never. May be changed at any time. */
  deadline: number;
  /** It is over, and has been set to Infinity. */
  expired(now: number): void;
}

export class Deadlines {
  readonly #all = new Set<Timed>();
  #timer: NodeJS.Timeout | undefined;

  add(timed: Timed): void {
    this.#all.add(timed);
    this.#timer ??= setInterval(() => this.#beat(performance.now()), beatMs).unref();
  }

  /** It hears nothing any more. */
  delete(timed: Timed): void {
    this.#all.delete(timed);
    if (this.#all.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #beat(now: number): void {
    for (const timed of this.#all) {
      if (timed.deadline > now) continue;
      timed.deadline = Number.POSITIVE_INFINITY;
      timed.expired(now);
    }
  }
}
