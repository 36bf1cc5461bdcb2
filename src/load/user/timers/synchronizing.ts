// Synchronizing timer: users wait for each other and go on together.

import type { Timer } from '../../plan/http-step.ts';
import type { CompiledTemplate } from '../../values/compile-template.ts';
import { type TimerUser, type UserTimer, withNumbers } from './timer.ts';

export class SynchronizingTimer implements UserTimer {
  readonly #terms: Timer & { type: 'synchronizing' };
  readonly #numbers: readonly [users: CompiledTemplate, timeoutMs: CompiledTemplate];
  readonly #plannedUsers: (group: string) => number;

  /** `plannedUsers`: of a group, over all workers. */
  constructor(
    terms: Timer & { type: 'synchronizing' },
    numbers: readonly [users: CompiledTemplate, timeoutMs: CompiledTemplate],
    plannedUsers: (group: string) => number,
  ) {
    this.#terms = terms;
    this.#numbers = numbers;
    this.#plannedUsers = plannedUsers;
  }

  async delay({ context }: TimerUser): Promise<number> {
    const [users, timeoutMs] = await withNumbers(this.#numbers, context, (...both) => both);
    const { id } = this.#terms;
    if (users > 0) await context.shared.meet(id, users, timeoutMs);
    else await context.shared.meet(`${id} ${context.group}`, this.#plannedUsers(context.group), timeoutMs);
    return 0;
  }
}
