// The locks that one user has, or waits for. Sections of one name may lie in each other: it leaves with the outermost.

import type { Shared } from '../run/shared.ts';

export class HeldLocks {
  readonly #shared: Shared;
  /** As they know it who share the locks. */
  readonly #holder: string;
  /** Sections that it is in, by name of the lock. */
  readonly #sections = new Map<string, number>();

  constructor(shared: Shared, holder: string) {
    this.#shared = shared;
    this.#holder = holder;
  }

  /** Without a promise where nobody has to be waited for. */
  enter(name: string): void | Promise<void> {
    const sections = this.#sections.get(name) ?? 0;
    this.#sections.set(name, sections + 1);
    if (sections === 0) return this.#shared.lock(name, this.#holder);
  }

  /** To be called once for each enter(), also where its promise was not waited for. */
  leave(name: string): void {
    const sections = (this.#sections.get(name) ?? 0) - 1;
    if (sections > 0) {
      this.#sections.set(name, sections);
      return;
    }
    if (this.#sections.delete(name)) this.#shared.unlock(name, this.#holder);
  }
}
