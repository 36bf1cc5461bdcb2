// Tells what became of servers since the last look, and when a backend has none left.

import type { Backend, LbModel, Server } from '../model.ts';
import { proxyName, serverName } from './names.ts';
import { type Sample, sampleKey } from './sample.ts';
import { healthOf, isServing, type ServerHealth } from './server-health.ts';
import type { Told } from './told.ts';

interface Seen extends ServerHealth {
  readonly isServing: boolean;
}

const unknown: Seen = { isUp: true, isEjected: false, isSilent: false, isServing: false, reason: '' };

export class HealthWatch {
  readonly #tell: (event: Told) => void;
  /** By the name of the backend, then by the id of the server. */
  readonly #seen = new Map<string, Map<string, Seen>>();
  readonly #sorry = new Set<string>();

  constructor(tell: (event: Told) => void) {
    this.#tell = tell;
  }

  /** Forgets what the model does not have. */
  update({ backends }: LbModel): void {
    const names = new Set(backends.map(({ name }) => name));
    for (const name of this.#seen.keys()) if (!names.has(name)) this.#seen.delete(name);
    for (const name of this.#sorry) if (!names.has(name)) this.#sorry.delete(name);
    for (const { name, servers } of backends) this.#forget(name, servers);
  }

  /** `servers` are those that were looked at: of all others everything is as it was. Returns those that fell silent since. */
  look(backend: Backend, servers: readonly Server[], { rows }: Sample): Server[] {
    const seen = this.#seen.get(backend.name) ?? new Map<string, Seen>();
    this.#seen.set(backend.name, seen);
    const proxy = proxyName(backend.name);
    const silent = servers.filter((server) => {
      const row = rows.get(sampleKey(proxy, serverName(server)));
      if (!row) return false;
      const now = { ...healthOf(row, backend.check !== undefined), isServing: isServing(row) };
      const before = seen.get(server.id) ?? unknown;
      seen.set(server.id, now);
      return this.#compare(backend, server, before, now);
    });
    // Not HAProxy's own count, in which it may have servers of its own.
    this.#tellSorry(backend.name, !backend.servers.some(({ id }) => seen.get(id)?.isServing));
    return silent;
  }

  /** Whether new requests may go to it, as far as HAProxy knows. */
  isServing(backend: string, serverId: string): boolean {
    return this.#seen.get(backend)?.get(serverId)?.isServing ?? false;
  }

  #forget(backend: string, servers: readonly Server[]): void {
    const seen = this.#seen.get(backend);
    // Now and then: who left is in nobody's way.
    if (!seen || seen.size <= servers.length * 1.25 + 8) return;
    const ids = new Set(servers.map(({ id }) => id));
    for (const id of seen.keys()) if (!ids.has(id)) seen.delete(id);
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
