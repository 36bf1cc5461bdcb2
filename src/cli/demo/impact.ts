// What one fault did to the users: counted from the samples of the traffic, without a clock of its own.

import type { Sample } from './traffic.ts';

export class Impact {
  /** When the fault began, on the samples' clock. */
  readonly faultAt: number;
  #requests = 0;
  #failures = 0;
  #lastFailureAt: number | undefined;

  constructor(faultAt: number) {
    this.faultAt = faultAt;
  }

  /** Those that had ended before the fault do not count; those that were in flight then do. */
  take({ endedAt, failure }: Sample): void {
    if (endedAt < this.faultAt) return;
    this.#requests++;
    if (failure === undefined) return;
    this.#failures++;
    this.#lastFailureAt = Math.max(endedAt, this.#lastFailureAt ?? 0);
  }

  get requests(): number {
    return this.#requests;
  }

  get failures(): number {
    return this.#failures;
  }

  /**
   * The traffic RTO in milliseconds: from the fault until the end of the last bad request, those in flight at the fault included; 0 when
   * none was bad. Bad is what failed or was not answered within the traffic's limit. The fault counts from when it was ordered, not from
   * when it was proven: the figure is rather too long than too short. It is final only when much good traffic has followed: see quietMs().
   */
  get trafficRtoMs(): number {
    return this.#lastFailureAt === undefined ? 0 : this.#lastFailureAt - this.faultAt;
  }

  /** Milliseconds at `now` since the last failure, or since the fault. */
  quietMs(now: number): number {
    return now - (this.#lastFailureAt ?? this.faultAt);
  }
}
