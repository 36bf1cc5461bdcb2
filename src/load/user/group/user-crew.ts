// Who of a group is under way in this worker and who has yet to start: so that all of them can be stopped, and their end be waited for.

import type { User } from '../user.ts';
import type { GroupState } from './group-state.ts';

export class UserCrew {
  readonly #state: GroupState;
  readonly #users = new Set<User>();
  /** Cancels what has yet to start. */
  readonly #starts = new Set<() => void>();
  readonly #over = Promise.withResolvers<void>();
  #underWay = 0;
  #failure: unknown;
  #isStopped = false;

  constructor(state: GroupState) {
    this.#state = state;
  }

  /** Nothing happens when it is stopped before. */
  startAt(time: number, begin: () => void | Promise<void>): void {
    if (this.#isStopped) return;
    const start = () => {
      this.#starts.delete(cancel);
      this.join(begin);
    };
    const cancel = this.#state.clock.at(time, start);
    this.#starts.add(cancel);
  }

  /** At once. */
  join(work: () => void | Promise<void>): void {
    this.#underWay++;
    void (async () => work())()
      .catch((error) => this.#fail(error))
      .finally(() => this.#left());
  }

  /** The user can be stopped as long as the promise is not kept. */
  async watch(user: User, work: Promise<void>): Promise<void> {
    this.#users.add(user);
    if (this.#isStopped) user.stop();
    try {
      await work;
    } finally {
      this.#users.delete(user);
    }
  }

  /** Resolves when nobody is under way any more and nobody has yet to start. Rejects with what broke. */
  over(): Promise<void> {
    this.#check();
    return this.#over.promise;
  }

  stop(how: 'gracefully' | 'now'): void {
    this.#isStopped = true;
    for (const cancel of this.#starts) cancel();
    this.#starts.clear();
    for (const user of this.#users) {
      if (how === 'now') user.close();
      else user.stop();
    }
    this.#check();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.stop('now');
  }

  #left(): void {
    this.#underWay--;
    this.#check();
  }

  #check(): void {
    if (this.#underWay > 0 || this.#starts.size > 0) return;
    if (this.#failure === undefined) this.#over.resolve();
    else this.#over.reject(this.#failure);
  }
}
