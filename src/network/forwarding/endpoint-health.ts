// Which endpoints failed a moment ago. Known to all listeners: a dead pod is met once, not once for each Service port.

import type { Clock } from '../../base/clock.ts';
import { endpointKey, type ForwardEndpoint } from './model.ts';

export class EndpointHealth {
  readonly #clock: Clock;
  readonly #outMs: number;
  readonly #outUntil = new Map<string, number>();

  /** A failed endpoint is out for `outMs`. */
  constructor(clock: Clock, outMs: number) {
    this.#clock = clock;
    this.#outMs = outMs;
  }

  failed(endpoint: ForwardEndpoint): void {
    this.#sweep();
    this.#outUntil.set(endpointKey(endpoint), this.#clock.monotonic() + this.#outMs);
  }

  answered(endpoint: ForwardEndpoint): void {
    this.#outUntil.delete(endpointKey(endpoint));
  }

  isOut(endpoint: ForwardEndpoint): boolean {
    const until = this.#outUntil.get(endpointKey(endpoint));
    return until !== undefined && until > this.#clock.monotonic();
  }

  #sweep(): void {
    const now = this.#clock.monotonic();
    for (const [key, until] of this.#outUntil) if (until <= now) this.#outUntil.delete(key);
  }
}
