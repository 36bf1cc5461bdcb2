// The closed model: so many users, started one after the other, each with its own number of iterations or until the time is over.

import type { ClosedLoad } from '../../plan/plan.ts';
import { startOffsetMs, usersOfWorker } from '../pacing/ramp-up.ts';
import { User } from '../user.ts';
import type { CompiledGroup } from './compiled-group.ts';
import type { GroupState } from './group-state.ts';
import { UserCrew } from './user-crew.ts';

interface Terms {
  readonly users: number;
  readonly rampUpMs: number;
  /** Below 0: without end. */
  readonly loops: number;
  readonly durationMs: number;
  readonly delayMs: number;
}

export class ClosedUsers {
  readonly #group: CompiledGroup;
  readonly #state: GroupState;
  readonly #terms: Terms;
  readonly #crew: UserCrew;

  constructor(group: CompiledGroup, state: GroupState, terms: Terms) {
    this.#group = group;
    this.#state = state;
    this.#terms = terms;
    this.#crew = new UserCrew(state);
  }

  /** Rejects when a number of the plan cannot be evaluated. */
  static async of(
    group: CompiledGroup,
    state: GroupState,
    load: ClosedLoad,
    evaluate: (template: string) => Promise<string>,
  ): Promise<ClosedUsers> {
    const number = async (template: string | undefined, otherwise: number) =>
      template === undefined ? otherwise : Number(await evaluate(template)) || 0;
    return new ClosedUsers(group, state, {
      users: Math.trunc(await number(load.users, 0)),
      rampUpMs: await number(load.rampUpMs, 0),
      loops: Math.trunc(await number(load.loops, -1)),
      durationMs: await number(load.durationMs, Number.POSITIVE_INFINITY),
      delayMs: await number(load.delayMs, 0),
    });
  }

  async run(startAt: number): Promise<void> {
    const { users, rampUpMs, durationMs, delayMs, loops } = this.#terms;
    const { worker, workers } = this.#state.tools;
    const began = startAt + delayMs;
    this.#state.endsAt = began + durationMs;
    for (const index of usersOfWorker(users, worker, workers)) {
      const time = began + startOffsetMs(index, users, rampUpMs);
      if (time >= this.#state.endsAt) break;
      this.#crew.startAt(time, () => this.#begin(index, time, loops));
    }
    const { clock, endsAt } = this.#state;
    const isEndless = endsAt === Number.POSITIVE_INFINITY;
    const cancelEnd = isEndless ? () => {} : clock.at(endsAt, () => this.#crew.stop('gracefully'));
    await this.#crew.over().finally(cancelEnd);
  }

  stop(how: 'gracefully' | 'now'): void {
    this.#crew.stop(how);
  }

  #begin(index: number, time: number, loops: number): Promise<void> {
    const user = new User(this.#group, this.#state, index, time);
    this.#state.users++;
    return this.#crew.watch(user, user.run(loops)).finally(() => void this.#state.users--);
  }
}
