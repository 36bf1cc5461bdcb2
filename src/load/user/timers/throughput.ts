// Constant throughput timer: requests come at a rate. Its schedule goes on while an answer is late, and requests catch up with it
// afterwards; JMeter forgets what it has missed, and with it that anybody had to wait.

import type { Timer } from '../../plan/http-step.ts';
import type { CompiledTemplate } from '../../values/compile-template.ts';
import { type Due, numberOf, type TimerUser, type UserTimer } from './timer.ts';

const minuteMs = 60_000;
type Terms = Timer & { type: 'throughput' };

export class ThroughputTimer implements UserTimer {
  readonly #terms: Terms;
  readonly #perMinute: CompiledTemplate;

  constructor(terms: Terms, perMinute: CompiledTemplate) {
    this.#terms = terms;
    this.#perMinute = perMinute;
  }

  delay(user: TimerUser): Due | number | Promise<Due | number> {
    const perMinute = numberOf(this.#perMinute, user.context);
    if (typeof perMinute === 'number') return this.#delayAt(user, perMinute);
    return perMinute.then((number) => this.#delayAt(user, number));
  }

  #delayAt(user: TimerUser, perMinute: number): Due | number | Promise<Due> {
    if (!(perMinute > 0)) return 0;
    const { of, id } = this.#terms;
    if (of === 'this-user') return this.#ownDue(user, minuteMs / perMinute);
    if (of === 'all-users') return this.#ownDue(user, (user.allUsers() * minuteMs) / perMinute);
    if (of === 'all-users-of-group') return this.#ownDue(user, (user.groupUsers() * minuteMs) / perMinute);
    const schedule = of === 'all-users-shared' ? id : `${id} ${user.context.group}`;
    const due = user.context.shared.due(schedule, perMinute);
    return typeof due === 'number' ? { dueAt: due } : due.then((dueAt) => ({ dueAt }));
  }

  /** The first is due at once. */
  #ownDue(user: TimerUser, intervalMs: number): Due {
    const schedule = user.state(this.#terms, () => ({ dueAt: user.now() - intervalMs }));
    schedule.dueAt += intervalMs;
    return { dueAt: schedule.dueAt };
  }
}
