// Which departing pods may end: those that nothing is under way to in any of their backends, and that get nothing new. Pure but for what it
// remembers.

import type { V1Pod } from '../../api/generated/types.ts';
import type { Departure } from '../../api/relevo/balancer-types.ts';
import { microTimestamp } from '../../api/timestamp.ts';
import type { LbModel } from '../../lb/model.ts';

export class Departures {
  /** What the engine said: backends by the id of a server that has left them. A pod that was to go once is to go for good. */
  readonly #left = new Map<string, Set<string>>();
  #acknowledged: ReadonlyMap<string, Departure> = new Map();
  #model: LbModel | undefined;

  /** For a status, in the order of the UIDs. */
  get list(): Departure[] {
    return [...this.#acknowledged.values()].sort((a, b) => (a.uid < b.uid ? -1 : 1));
  }

  /** The engine says that nothing is under way from the backend to the server. */
  left(backend: string, server: string): void {
    const backends = this.#left.get(server) ?? new Set<string>();
    this.#left.set(server, backends.add(backend));
  }

  /**
   * Returns whether the list changed. `model` is in force, and `departing` are the pods that were to go when it was made; one that is in
   * no backend of it will get nothing any more, and has nothing under way.
   */
  update(model: LbModel, departing: readonly V1Pod[], nowMs: number): boolean {
    const backends = backendsOf(model, new Set(departing.map(({ metadata }) => metadata.uid)));
    const next = new Map<string, Departure>();
    for (const { uid } of departing.map(({ metadata }) => metadata)) {
      const known = this.#acknowledged.get(uid);
      if (known) next.set(uid, known);
      else if (this.#hasLeft(uid, backends.get(uid))) next.set(uid, { uid, time: microTimestamp(nowMs) });
    }
    if (model !== this.#model) this.#forget(backends);
    this.#model = model;
    const changed = !isSameKeys(next, this.#acknowledged);
    this.#acknowledged = next;
    return changed;
  }

  /** The engine may speak of a model before that is known to be in force: what it says outlives the one before. */
  #forget(backends: ReadonlyMap<string, unknown>): void {
    for (const uid of this.#left.keys()) if (!backends.has(uid)) this.#left.delete(uid);
  }

  #hasLeft(uid: string, backends: readonly string[] = []): boolean {
    return backends.every((backend) => this.#left.get(uid)?.has(backend));
  }
}

/** The backends that have the servers, by the ids of these. */
function backendsOf({ backends }: LbModel, ids: ReadonlySet<string>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  if (ids.size === 0) return found;
  for (const { name, servers } of backends) {
    for (const { id } of servers) {
      if (ids.has(id)) found.set(id, [...(found.get(id) ?? []), name]);
    }
  }
  return found;
}

function isSameKeys(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  return a.size === b.size && [...a.keys()].every((key) => b.has(key));
}
