// One wait at a time that can be ended early: for a moment, or for a promise that may never be kept.

import type { UserClock } from './pacing/agenda.ts';

export class InterruptibleWait {
  readonly #clock: UserClock;
  #wake: (() => void) | undefined;

  constructor(clock: UserClock) {
    this.#clock = clock;
  }

  /** False: it was ended early. */
  until(time: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#clock.at(time, () => {
        this.#wake = undefined;
        resolve(true);
      });
      this.#wake = () => {
        cancel();
        resolve(false);
      };
    });
  }

  /** Undefined: it was ended early; what becomes of the promise then, nobody hears. */
  for<Value>(promise: Promise<Value>): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(undefined);
      promise.then((value) => {
        this.#wake = undefined;
        resolve(value);
      }, reject);
    });
  }

  end(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
