// What the users of one group in one worker have in common while they run.

import type { UserContext } from '../actor.ts';
import type { UserClock } from '../pacing/agenda.ts';
import type { UserTools } from '../user-tools.ts';

export class GroupState {
  readonly tools: UserTools;
  readonly clock: UserClock;
  /** No user begins anything from then on. */
  endsAt = Number.POSITIVE_INFINITY;
  /** Of this worker. */
  users = 0;
  inFlight = 0;
  readonly #group: string;
  /** Each user begins with these. */
  readonly #variables = new Map<string, string>();

  constructor(group: string, tools: UserTools, clock: UserClock) {
    this.#group = group;
    this.tools = tools;
    this.clock = clock;
  }

  groupUsers(): number {
    return this.tools.groupUsers?.(this.#group) ?? this.users;
  }

  /** `variables`: those a user begins with. */
  begin(variables: Iterable<readonly [string, string]>): void {
    for (const [name, value] of variables) this.#variables.set(name, value);
  }

  newContext(user: string, userNumber: number): UserContext {
    const { properties, shared, plan, random } = this.tools;
    return {
      ...{ variables: new Map(this.#variables), properties, shared, random, user, userNumber },
      ...{ group: this.#group, iteration: 0, label: '', planName: plan.name, folder: plan.folder },
      own: new Map(),
    };
  }
}
