// Something that lives in held namespaces and may lose them at any moment: made when it is wanted, and made anew when it has gone.

import { setTimeout as after } from 'node:timers/promises';
import type { NamespaceHolder } from './namespace-holder.ts';

export interface Held {
  readonly holder: NamespaceHolder;
}

/** All are dead by then, but the kernel waits for whoever is to ask how they ended: in some containers that is nobody, or somebody slow. */
const buriedWithinMs = 500;

export class Power<T extends Held> {
  readonly #make: () => Promise<T>;
  readonly #onLost: (lost: T) => void;
  #coming: Promise<T> | undefined;
  #running: T | undefined;

  /** `onLost` hears of an end that came by itself, after which it is off. */
  constructor(make: () => Promise<T>, onLost: (lost: T) => void = () => {}) {
    this.#make = make;
    this.#onLost = onLost;
  }

  /** Undefined while it is off, and while it is made. */
  get running(): T | undefined {
    return this.#running;
  }

  /** What is there, or is made for that. Rejects with the reason when it could not be made, or was switched off meanwhile; then it is off. */
  on(): Promise<T> {
    this.#coming ??= this.#begin();
    return this.#coming;
  }

  /** Kills all that its PID namespace holds before it returns. Idempotent. */
  off(): void {
    this.#running?.holder.kill();
    this.#forget();
  }

  #begin(): Promise<T> {
    const coming = this.#make().then((made) => {
      if (this.#coming === coming) return this.#enter(made);
      made.holder.kill();
      throw new Error('it lost its power while it was made');
    });
    coming.catch(() => this.#coming === coming && this.#forget());
    return coming;
  }

  #enter(made: T): T {
    this.#running = made;
    void made.holder.ended.then(() => {
      if (this.#running !== made) return;
      this.#forget();
      this.#onLost(made);
    });
    return made;
  }

  #forget(): void {
    this.#coming = undefined;
    this.#running = undefined;
  }
}

/** Resolves when what was killed has gone. */
export async function buried({ ended }: NamespaceHolder): Promise<void> {
  await Promise.race([ended, after(buriedWithinMs, undefined, { ref: false })]);
}
