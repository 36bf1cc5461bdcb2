// Servers whose answers were bad in a row, or did not come: taken out for a while. HAProxy itself does so for refused connections only; it
// cannot say for how long, nor that most servers stay.

import type { Clock } from '../../base/clock.ts';
import { mayEjectForStatus } from '../ejection.ts';
import type { Backend, LbModel, Server } from '../model.ts';
import type { Ended } from './event-stream.ts';
import { ModelIndex } from './model-index.ts';

interface Failing {
  failures: number;
  /** Good answers that it had given when the row began; a promise, since HAProxy has to be asked. */
  readonly goodBefore: Promise<number>;
}

export interface EjectionOptions {
  readonly clock: Clock;
  /** How many good answers a server has given, by names inside of HAProxy. */
  readonly goodAnswers: (backend: string, entry: string) => Promise<number>;
  /** A server went out or came back. */
  readonly changed: (backend: Backend, server: Server, isOut: boolean) => void;
}

export class Ejections {
  readonly #options: EjectionOptions;
  readonly #failing = new Map<string, Failing>();
  /** How to stop waiting for the end, by backend and then by server id. */
  readonly #out = new Map<string, Map<string, () => void>>();
  #index = new ModelIndex({ backends: [] });

  constructor(options: EjectionOptions) {
    this.#options = options;
  }

  isOut(backend: string, serverId: string): boolean {
    return this.#out.get(backend)?.has(serverId) ?? false;
  }

  update(model: LbModel): void {
    this.#index = new ModelIndex(model);
    for (const [name, out] of this.#out) {
      const ids = new Set(this.#index.named(name)?.servers.map(({ id }) => id));
      for (const [id, cancel] of out) if (!ids.has(id)) this.#forget(name, id, cancel);
    }
  }

  async note(ended: Ended): Promise<void> {
    if (!isFailure(ended)) return;
    const found = this.#find(ended);
    if (!found || this.isOut(found.backend.name, found.server.id)) return;
    const { backend, server } = found;
    const key = keyOf(backend.name, server.id);
    const failing = this.#failing.get(key) ?? this.#begin(key, ended);
    if (++failing.failures < backend.observe.failures) return;
    this.#failing.delete(key);
    const [before, now] = [await failing.goodBefore, await this.#good(ended)];
    if (before === now) this.#eject(backend, server);
  }

  close(): void {
    for (const out of this.#out.values()) for (const cancel of out.values()) cancel();
    this.#out.clear();
    this.#failing.clear();
  }

  #begin(key: string, ended: Ended): Failing {
    const failing = { failures: 0, goodBefore: this.#good(ended) };
    this.#failing.set(key, failing);
    return failing;
  }

  #good({ backend, server = '' }: Ended): Promise<number> {
    return this.#options.goodAnswers(backend, server).catch(() => -1);
  }

  #eject(backend: Backend, server: Server): void {
    const { name, servers, observe } = this.#index.named(backend.name) ?? backend;
    const out = this.#out.get(name) ?? new Map<string, () => void>();
    const outNow = servers.filter(({ id }) => out.has(id)).length;
    if (out.has(server.id) || !mayEjectForStatus(outNow, servers.length, observe)) return;
    const cancel = this.#options.clock.after(observe.ejectForMs, () => {
      this.#forget(name, server.id, () => {});
      this.#options.changed(backend, server, false);
    });
    this.#out.set(name, out.set(server.id, cancel));
    this.#options.changed(backend, server, true);
  }

  #forget(backend: string, serverId: string, cancel: () => void): void {
    cancel();
    const out = this.#out.get(backend);
    out?.delete(serverId);
    if (out?.size === 0) this.#out.delete(backend);
  }

  #find({ backend, server }: Ended): { backend: Backend; server: Server } | undefined {
    const of = this.#index.backend(backend);
    const one = of && this.#index.server(of, server ?? '');
    return of && one ? { backend: of, server: one } : undefined;
  }
}

function keyOf(backend: string, serverId: string): string {
  return JSON.stringify([backend, serverId]);
}

/** 501 and 505 are about the request; what the client broke off says nothing. */
export function isFailure({ server, status, termination }: Ended): boolean {
  if (server === undefined || !/^[-Ss]/.test(termination)) return false;
  if (termination === 'SD' || termination === 'sD') return true;
  return status >= 500 && status !== 501 && status !== 505;
}
