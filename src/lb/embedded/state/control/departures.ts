// Sees departing servers through: until nothing is in flight to them, or their time is over and their tunnels are ended. What they still have
// to answer then they may answer, as long as they live.

import type { Backend } from '../../../model.ts';
import type { ControlledServer } from './controlled-server.ts';

/** So long after its tunnels were told to end, a server counts as left, whatever requests it still has. */
const tunnelsEndWithinMs = 1_000;

interface Departure {
  /** On the common clock. */
  readonly deadline: number;
  /** When its time was over. */
  overAt?: number;
  /** For the model of this moment. */
  isTold: boolean;
}

export type DepartureStep = 'over' | 'departed' | undefined;

export class Departures {
  readonly #bySlot = new Map<number, Departure>();

  /** Whether somebody is on their way. */
  get isPending(): boolean {
    return [...this.#bySlot.values()].some(({ isTold }) => !isTold);
  }

  /** After each model. `epochMs` and `nowMs` are the same moment on the wall clock and on the common one. */
  update(servers: Iterable<ControlledServer>, settings: Backend, epochMs: number, nowMs: number): void {
    const present = new Map<number, Departure>();
    for (const { server, cell } of servers) {
      if (server.state !== 'departing') continue;
      const known = this.#bySlot.get(cell.slot);
      const leftMs = Math.max(0, (server.departBy ?? Number.POSITIVE_INFINITY) - epochMs);
      const deadline = Math.min(known?.deadline ?? nowMs + settings.drainMs, nowMs + leftMs);
      present.set(cell.slot, { deadline, overAt: known?.overAt, isTold: false });
    }
    this.#bySlot.clear();
    for (const [slot, departure] of present) this.#bySlot.set(slot, departure);
  }

  /** What is due for it. The flags of the server are cleared already: if nothing is in flight, nothing will be. */
  step({ cell }: ControlledServer, nowMs: number): DepartureStep {
    const departure = this.#bySlot.get(cell.slot);
    if (!departure || departure.isTold) return undefined;
    const isOver = departure.overAt !== undefined && nowMs - departure.overAt >= tunnelsEndWithinMs;
    if (cell.inFlight() === 0 || isOver) {
      departure.isTold = true;
      return 'departed';
    }
    if (departure.overAt !== undefined || nowMs < departure.deadline) return undefined;
    departure.overAt = nowMs;
    return 'over';
  }
}
