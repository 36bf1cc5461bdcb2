// Which servers of one backend there are, by what the model says: new ones get records, those that are gone are shut and give theirs back.

import type { Server } from '../../../model.ts';
import type { ServerPlan } from '../worker-plan.ts';
import type { RecordPool } from './record-pool.ts';

export interface KnownServer {
  readonly slot: number;
  server: Server;
}

export interface ServerChanges {
  /** New ones, and those with another name or role. */
  readonly plans: readonly ServerPlan[];
  readonly added: readonly KnownServer[];
  readonly gone: readonly KnownServer[];
  /** Undefined: the same as before. */
  readonly order?: Uint32Array;
}

export class ServerSet {
  readonly #pool: RecordPool;
  #byId: ReadonlyMap<string, KnownServer> = new Map();
  #order: Uint32Array = new Uint32Array();

  constructor(pool: RecordPool) {
    this.#pool = pool;
  }

  get all(): Iterable<KnownServer> {
    return this.#byId.values();
  }

  /** Of all, for a worker that knows none. */
  complete(): { plans: readonly ServerPlan[]; order: Uint32Array } {
    return { plans: [...this.#byId.values()].map(planOf), order: this.#order };
  }

  /** Records of those that are gone are to be given back by retire(). */
  update(servers: readonly Server[]): ServerChanges {
    const before = this.#byId;
    const after = new Map<string, KnownServer>();
    const [plans, added]: [ServerPlan[], KnownServer[]] = [[], []];
    const order = new Uint32Array(servers.length);
    servers.forEach((server, at) => {
      const known = before.get(server.id);
      const stays = known !== undefined && isSamePlace(known.server, server);
      const entry = stays ? known : { slot: this.#pool.take(), server };
      if (!stays) added.push(entry);
      const isRenamed = entry.server.name !== server.name || entry.server.role !== server.role;
      entry.server = server;
      after.set(server.id, entry);
      order[at] = entry.slot;
      if (!stays || isRenamed) plans.push(planOf(entry));
    });
    const gone = [...before.values()].filter((entry) => after.get(entry.server.id) !== entry);
    this.#byId = after;
    return { plans, added, gone, order: this.#reorder(order) };
  }

  retire({ slot }: KnownServer): void {
    this.#pool.retire(slot);
  }

  #reorder(order: Uint32Array): Uint32Array | undefined {
    const isSame = order.length === this.#order.length && order.every((slot, at) => slot === this.#order[at]);
    if (isSame) return undefined;
    this.#order = order;
    return order;
  }
}

/** At another address it is another server with the same identity: what is known of the one says nothing of the other. */
function isSamePlace(a: Server, b: Server): boolean {
  return a.address === b.address && a.port === b.port;
}

function planOf({ slot, server }: KnownServer): ServerPlan {
  const { id, name, address, port, role } = server;
  return { slot, id, name, address, port, role };
}
