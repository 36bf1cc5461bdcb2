// What users do besides requests: pauses, and stops of what they are in.

import type { Stop } from '../plan/http-step.ts';
import type { CompiledTemplate } from '../values/compile-template.ts';
import type { Actor } from './actor.ts';
import { Interruption, type Leaf } from './controllers/walk.ts';
import { numberOf, type UserTimer } from './timers/timer.ts';
import { waitFor } from './timers/wait.ts';

export class PauseLeaf implements Leaf {
  readonly kind = 'leaf';
  readonly #ms: CompiledTemplate;
  readonly #timers: readonly UserTimer[];

  constructor(ms: CompiledTemplate, timers: readonly UserTimer[]) {
    this.#ms = ms;
    this.#timers = timers;
  }

  /** A pause before the first request of an iteration moves the time at which that is due. */
  async carryOut(actor: Actor): Promise<void> {
    const pause: UserTimer = { delay: ({ context }) => numberOf(this.#ms, context) };
    const arrival = await waitFor([...this.#timers, pause], actor);
    if (arrival?.dueAt !== undefined) actor.putArrival(arrival.dueAt);
  }
}

export class StopLeaf implements Leaf {
  readonly kind = 'leaf';
  readonly #what: Stop;
  readonly #timers: readonly UserTimer[];

  constructor(what: Stop, timers: readonly UserTimer[]) {
    this.#what = what;
    this.#timers = timers;
  }

  async carryOut(actor: Actor): Promise<void> {
    if (this.#timers.length > 0 && !(await waitFor(this.#timers, actor))) return;
    stop(actor, this.#what);
  }
}

/** Of what the user does now: when that is done. */
export function stop(actor: Actor, what: Stop): void {
  if (what === 'iteration') actor.interrupt(Interruption.iteration);
  else if (what === 'loop') actor.interrupt(Interruption.loop);
  else if (what === 'loop-break') actor.interrupt(Interruption.loopBreak);
  else actor.interrupt(Interruption.user);
  if (what === 'test') actor.stopRun('gracefully');
  if (what === 'test-now') actor.stopRun('now');
}
