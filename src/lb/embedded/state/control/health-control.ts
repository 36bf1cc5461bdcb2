// What the main thread itself does to the health of servers of one backend: checks, and the way back of those that traffic took out.

import {
  ejectedFor,
  type HealthState,
  initialHealth,
  isTrialDue,
  noteCheck,
  noteTraffic,
  settle,
} from '../../../ejection.ts';
import type { BackendView } from '../backend-view.ts';
import type { Queue } from '../queue.ts';
import { serverFlag } from '../records.ts';
import { setFlags } from '../server-health.ts';
import type { ControlledServer } from './controlled-server.ts';
import type { ProbeResult } from './probe.ts';

/** Methods return whether anything is different for requests, unless they say otherwise: then those that wait have to be looked after. */
export class HealthControl {
  readonly #view: BackendView;
  readonly #queue: Queue;
  readonly #commonMs: () => number;

  constructor(view: BackendView, queue: Queue, commonMs: () => number) {
    this.#view = view;
    this.#queue = queue;
    this.#commonMs = commonMs;
  }

  /** Of a server that is new. */
  begin(server: ControlledServer): void {
    this.#change(server, () => initialHealth(this.#view.settings.check));
  }

  /** Of one that is not checked, or not now: nobody would ever see it up again. When checks begin, one failure is enough. */
  restore(server: ControlledServer): void {
    const { up, progress } = initialHealth(this.#view.settings.check);
    const { health } = server;
    if (health.up !== up || health.progress !== progress) {
      this.#change(server, (now) => ({ ...now, up, progress }));
    }
  }

  /** Returns whether the server is up or down, in or out since this check. */
  checked(server: ControlledServer, { isGood }: ProbeResult): boolean {
    const { check } = this.#view.settings;
    if (!check) return false;
    const before = server.health;
    this.#change(server, (now) => noteCheck(now, isGood, check, this.#commonMs()));
    const after = server.health;
    return after.up !== before.up || after.ejected !== before.ejected;
  }

  /** Takes one out that has fallen silent. */
  eject(server: ControlledServer): boolean {
    const { observe } = this.#view.settings;
    return this.#change(server, (now) => noteTraffic(now, { type: 'refused' }, observe, this.#commonMs()));
  }

  /** What is due for those that are out. */
  review(servers: readonly ControlledServer[], nowMs: number): boolean {
    const out = servers.filter((server) => server.isEjected());
    return out.map((server) => this.#reviewOne(server, nowMs)).includes(true);
  }

  #reviewOne(server: ControlledServer, nowMs: number): boolean {
    const { check } = this.#view.settings;
    const { trial } = serverFlag;
    if (check) {
      const wasTried = setFlags(server.cell, trial, 0);
      return this.#change(server, (now) => settle(now, check, nowMs)) || wasTried;
    }
    return this.#queue.locked(() => isTrialDue(server.health, nowMs) && setFlags(server.cell, trial, trial));
  }

  // Read and written under one lock: a worker may see something at the same time, and both have to count.
  #change(server: ControlledServer, next: (now: HealthState) => HealthState): boolean {
    return this.#queue.locked(() => {
      const now = server.health;
      const after = next(now);
      return after !== now && server.writeHealth(after);
    });
  }
}

/** Why traffic took a server out, for people. */
export const ejectionReasons: Readonly<Record<HealthState['ejected'], string>> = {
  [ejectedFor.nothing]: '',
  [ejectedFor.connect]: 'a connection was refused',
  [ejectedFor.failures]: 'too many failures in a row',
  [ejectedFor.status]: 'too many answers 5xx in a row',
};
