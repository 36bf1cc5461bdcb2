// The open model: iterations begin when their time has come, whoever is free does them. What nobody is free for is dropped, and counted.

import type { OpenLoad } from '../../plan/plan.ts';
import { arrivalTimes } from '../pacing/arrivals.ts';
import { User } from '../user.ts';
import type { CompiledGroup } from './compiled-group.ts';
import type { GroupState } from './group-state.ts';
import { UserCrew } from './user-crew.ts';

export class OpenUsers {
  readonly #group: CompiledGroup;
  readonly #state: GroupState;
  readonly #load: OpenLoad;
  readonly #crew: UserCrew;
  /** The last that became free comes first: few connections are in use, and those are warm. */
  readonly #free: User[] = [];
  /** Users that may still be made by this worker. */
  #places: number;
  #made = 0;
  #busy = 0;
  #dropped = 0;

  constructor(group: CompiledGroup, state: GroupState, load: OpenLoad) {
    this.#group = group;
    this.#state = state;
    this.#load = load;
    this.#crew = new UserCrew(state);
    const { worker } = state.tools;
    this.#places = Math.ceil(Math.max(0, load.maxUsers - worker) / this.#workers);
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Workers that have a user at all: arrivals are dealt out to these. */
  get #workers(): number {
    return Math.max(1, Math.min(this.#state.tools.workers, this.#load.maxUsers));
  }

  async run(startAt: number): Promise<void> {
    const { worker, seed } = this.#state.tools;
    if (worker < this.#workers) {
      const stripe = { worker, workers: this.#workers, seed: `${seed} ${this.#group.name}` };
      this.#awaitNext(startAt, arrivalTimes(this.#load, stripe));
    }
    try {
      await this.#crew.over();
    } finally {
      for (const user of this.#free) await user.end();
    }
  }

  stop(how: 'gracefully' | 'now'): void {
    this.#crew.stop(how);
  }

  #awaitNext(startAt: number, times: Generator<number, void>): void {
    const next = times.next();
    if (next.done) return;
    this.#crew.startAt(startAt + next.value, () => this.#arrive(startAt, next.value, times));
  }

  /** Nobody is left who could do anything, nor may come: all of them have been ended by the plan. */
  get #isAtEnd(): boolean {
    return this.#places === 0 && this.#free.length === 0 && this.#busy === 0;
  }

  /** This one and all others that are due by now. */
  #arrive(startAt: number, first: number, times: Generator<number, void>): void {
    const now = this.#state.clock.now();
    this.#begin(startAt + first);
    while (!this.#isAtEnd) {
      const next = times.next();
      if (next.done) return;
      const due = startAt + next.value;
      if (due > now) {
        this.#crew.startAt(due, () => this.#arrive(startAt, next.value, times));
        return;
      }
      this.#begin(due);
    }
  }

  #begin(due: number): void {
    const user = this.#free.pop() ?? this.#newUser(due);
    if (user === undefined) {
      this.#dropped++;
      return;
    }
    this.#busy++;
    this.#state.users++;
    this.#crew.join(async () => {
      try {
        await this.#crew.watch(user, user.iterate(due));
      } finally {
        this.#busy--;
        this.#state.users--;
        if (user.isRunning) this.#free.push(user);
        else await user.end();
      }
    });
  }

  /** Numbers of users are dealt out to workers, like those of the closed model. */
  #newUser(due: number): User | undefined {
    if (this.#places === 0) return undefined;
    this.#places--;
    const index = this.#state.tools.worker + this.#made++ * this.#workers;
    return new User(this.#group, this.#state, index, due);
  }
}
