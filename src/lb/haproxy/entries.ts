// Which entries HAProxy has for the servers of a model, and in what state each of them should be. What did not change since the model before
// stays the same object, so that a thousand servers of which one has another weight are compared at a glance.

import { deepEqual } from '../../base/deep-equal.ts';
import type { Backend, LbModel, Server } from '../model.ts';
import { type Entry, entryOf } from './config/server-line.ts';
import { serverNumber } from './names.ts';

/** ready: serves. drain: persisted users only. maint: nobody, and what is in flight ends by itself. */
export type Admin = 'ready' | 'drain' | 'maint';

/** What is decided while HAProxy runs, by backend and server id. */
export interface Decisions {
  /** Taken out for a while, because of its answers. */
  isEjected(backend: string, serverId: string): boolean;
  /** A backup that serves beside primaries. */
  isCalledIn(backend: string, serverId: string): boolean;
}

export type Entries = ReadonlyMap<string, readonly Entry[]>;

export class EntryBook {
  #backends = new Map<string, BackendEntries>();

  /** By the name of the backend. */
  of({ backends }: LbModel): Entries {
    const before = this.#backends;
    this.#backends = new Map(
      backends.map((backend) => {
        const shape = shapeOf(backend);
        const known = before.get(backend.name);
        const isSame = known !== undefined && deepEqual(known.shape, shape);
        return [backend.name, isSame ? known : new BackendEntries(shape)];
      }),
    );
    return new Map(backends.map(({ name, servers }) => [name, this.#backends.get(name)?.of(servers) ?? []]));
  }
}

/** A backend without its servers. */
export function shapeOf(backend: Backend): Backend {
  return { ...backend, servers: [] };
}

interface Known {
  readonly id: string;
  readonly server: Server;
  readonly entries: readonly Entry[];
  /** The last model that had it. */
  turn: number;
}

/** Of one backend, as long as nothing differs but its servers. */
class BackendEntries {
  readonly shape: Backend;
  /** In the order of the servers. */
  #places: readonly Known[] = [];
  readonly #known = new Map<string, Known>();
  readonly #taken = new Set<number>();
  #turn = 0;

  constructor(shape: Backend) {
    this.shape = shape;
  }

  of(servers: readonly Server[]): readonly Entry[] {
    this.#turn++;
    // The numbers of `first` are places in a line.
    const kept = this.shape.balance === 'first' ? [] : this.#kept(servers);
    // What left or differs gives its numbers back before somebody takes one.
    for (const known of this.#places) if (known.turn !== this.#turn) this.#forget(known);
    this.#places = servers.map((server, place) => kept[place] ?? this.#make(server));
    return this.#places.flatMap(({ entries }) => entries);
  }

  /** By place. Most are where they were, or one further: they are found without asking a map a thousand times. */
  #kept(servers: readonly Server[]): (Known | undefined)[] {
    const former = this.#places;
    let at = 0;
    return servers.map((server) => {
      if (former[at]?.server !== server && former[at + 1]?.server === server) at++;
      const known = former[at]?.server === server ? former[at++] : this.#sameAs(server);
      if (known) known.turn = this.#turn;
      return known;
    });
  }

  #sameAs(server: Server): Known | undefined {
    const known = this.#known.get(server.id);
    return known && deepEqual(known.server, server) ? known : undefined;
  }

  #forget({ id, entries }: Known): void {
    for (const { number } of entries) this.#taken.delete(number);
    this.#known.delete(id);
  }

  #make(server: Server): Known {
    const { id } = server;
    const entries = kindsOf(this.shape, server).map((kind) => this.#entry(server, kind));
    const known = { id, server, entries, turn: this.#turn };
    this.#known.set(id, known);
    return known;
  }

  #entry(server: Server, kind: Entry['kind']): Entry {
    const taken = this.#taken;
    const number =
      this.shape.balance === 'first' ? taken.size + 1 : serverNumber(`${kind} ${server.id}`, taken);
    taken.add(number);
    return entryOf(this.shape, server, kind, number);
  }
}

// Native backups serve when no primary does, without anybody's help; twins when the rule says so.
function kindsOf({ backup }: Backend, { role }: Server): Entry['kind'][] {
  if (role === 'primary') return ['primary'];
  return backup ? ['backup', 'twin'] : ['backup'];
}

export function adminOf(backend: string, { server, kind }: Entry, decisions: Decisions): Admin {
  if (server.state === 'maint' || server.state === 'departing') return 'maint';
  if (decisions.isEjected(backend, server.id)) return 'maint';
  if (server.state === 'drain') return 'drain';
  return kind === 'twin' && !decisions.isCalledIn(backend, server.id) ? 'drain' : 'ready';
}
