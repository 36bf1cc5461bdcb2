// Locks by name: who has one does alone what it stands for, and the others get it in the order in which they came.

interface Lock {
  holder: string;
  readonly waiting: { readonly holder: string; goOn(): void }[];
}

export class Locks {
  readonly #locks = new Map<string, Lock>();

  /** Without a promise when it is free. A holder asks for a lock once until it has released it. */
  take(name: string, holder: string): void | Promise<void> {
    const lock = this.#locks.get(name);
    if (lock) return new Promise((goOn) => lock.waiting.push({ holder, goOn }));
    this.#locks.set(name, { holder, waiting: [] });
  }

  /** The next one gets it. Who has not got it yet no longer waits, and its promise is kept. */
  release(name: string, holder: string): void {
    const lock = this.#locks.get(name);
    if (!lock) return;
    if (lock.holder !== holder) {
      const at = lock.waiting.findIndex((one) => one.holder === holder);
      if (at >= 0) lock.waiting.splice(at, 1)[0]?.goOn();
      return;
    }
    const next = lock.waiting.shift();
    if (!next) {
      this.#locks.delete(name);
      return;
    }
    lock.holder = next.holder;
    next.goOn();
  }
}
