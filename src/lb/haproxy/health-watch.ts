// Tells what became of servers since the last look, and when a backend has none left.

import type { Backend, LbModel, Server } from '../model.ts';
import { proxyName, serverName } from './names.ts';
import { type Sample, sampleKey } from './sample.ts';
import { healthOf, isServing, type ServerHealth } from './server-health.ts';
import type { Told } from './told.ts';

const unknown: ServerHealth = { isUp: true, isEjected: false, isSilent: false, reason: '' };

export class HealthWatch {
  readonly #tell: (event: Told) => void;
  readonly #health = new Map<string, Map<string, ServerHealth>>();
  readonly #sorry = new Set<string>();

  constructor(tell: (event: Told) => void) {
    this.#tell = tell;
  }

  /** Forgets what the model does not have. */
  update({ backends }: LbModel): void {
    const names = new Set(backends.map(({ name }) => name));
    for (const name of this.#health.keys()) if (!names.has(name)) this.#health.delete(name);
    for (const name of this.#sorry) if (!names.has(name)) this.#sorry.delete(name);
  }

  /** Returns the servers that fell silent since. */
  look(backend: Backend, sample: Sample): Server[] {
    const before = this.#health.get(backend.name) ?? new Map<string, ServerHealth>();
    const now = new Map<string, ServerHealth>();
    const silent = backend.servers.filter((server) => {
      const row = sample.rows.get(sampleKey(proxyName(backend.name), serverName(server)));
      if (!row) return false;
      const health = healthOf(row, backend.check !== undefined);
      now.set(server.id, health);
      return this.#compare(backend, server, before.get(server.id) ?? unknown, health);
    });
    this.#health.set(backend.name, now);
    this.#tellSorry(backend.name, !hasServer(backend, sample));
    return silent;
  }

  #compare({ name }: Backend, { id }: Server, before: ServerHealth, now: ServerHealth): boolean {
    if (before.isUp === now.isUp) return false;
    const word = now.isUp ? (before.isEjected ? 'back' : 'up') : now.isEjected ? 'ejected' : 'down';
    this.#tell({ type: 'server', backend: name, server: id, change: word, reason: now.reason });
    return now.isSilent;
  }

  #tellSorry(backend: string, isDue: boolean): void {
    if (this.#sorry.has(backend) === isDue) return;
    if (isDue) this.#sorry.add(backend);
    else this.#sorry.delete(backend);
    this.#tell({ type: 'sorry', backend, due: isDue });
  }
}

function hasServer(backend: Backend, { rows }: Sample): boolean {
  return backend.servers.some((server) => {
    const row = rows.get(sampleKey(proxyName(backend.name), serverName(server)));
    return row !== undefined && isServing(row);
  });
}
