// The users of one group in one worker, from the first to the last.

import type { Group } from '../plan/plan.ts';
import { compileTemplate } from '../values/compile-template.ts';
import { ClosedUsers } from './group/closed-users.ts';
import { CompiledGroup } from './group/compiled-group.ts';
import { GroupState } from './group/group-state.ts';
import { jmeterVariables } from './group/jmeter-variables.ts';
import { OpenUsers } from './group/open-users.ts';
import { Agenda, type UserClock } from './pacing/agenda.ts';
import type { UserTools } from './user-tools.ts';

export class GroupRunner {
  readonly #group: Group;
  readonly #state: GroupState;
  #users: ClosedUsers | OpenUsers | undefined;
  #stopped: 'gracefully' | 'now' | undefined;

  /** `clock`: undefined is the machine's. */
  constructor(group: Group, tools: UserTools, clock: UserClock = new Agenda()) {
    this.#group = group;
    this.#state = new GroupState(group.name, tools, clock);
  }

  /** Users of this worker that are under way; in the open model those that have an iteration to do. */
  get users(): number {
    return this.#state.users;
  }

  get inFlight(): number {
    return this.#state.inFlight;
  }

  /** Iterations of the open model that nobody was free for. */
  get dropped(): number {
    return this.#users instanceof OpenUsers ? this.#users.dropped : 0;
  }

  /**
   * `startAt`: machineTime(), the same in all workers. Resolves when all of its users have ended, also after stop(). Rejects when something
   * broke that is no sample, such as a file that cannot be read; all of its users have been cut off then.
   */
  async run(startAt: number): Promise<void> {
    const context = this.#state.newContext('', 0);
    for (const [name, value] of jmeterVariables(new Date())) context.variables.set(name, value);
    for (const { name, value } of this.#state.tools.plan.variables) context.variables.set(name, value);
    this.#state.begin(context.variables);
    const evaluate = async (template: string) => compileTemplate(template).evaluate(context);
    const { load } = this.#group;
    const { plan } = this.#state.tools;
    const planned = await plannedUsers(plan.groups, evaluate);
    const group = new CompiledGroup(this.#group, plan, (name) => planned.get(name) ?? 1);
    this.#users =
      load.model === 'closed'
        ? await ClosedUsers.of(group, this.#state, load, evaluate)
        : new OpenUsers(group, this.#state, load);
    if (this.#stopped === undefined) await this.#users.run(startAt);
  }

  /** Of this worker's users. `gracefully`: requests in flight end first. `now`: they are cut. May be called again, also with `now` after `gracefully`. */
  stop(how: 'gracefully' | 'now'): void {
    this.#stopped = how;
    this.#users?.stop(how);
  }
}

async function plannedUsers(
  groups: readonly Group[],
  evaluate: (template: string) => Promise<string>,
): Promise<ReadonlyMap<string, number>> {
  const users = new Map<string, number>();
  for (const { name, load } of groups) {
    users.set(name, load.model === 'open' ? load.maxUsers : Number(await evaluate(load.users)) || 0);
  }
  return users;
}
