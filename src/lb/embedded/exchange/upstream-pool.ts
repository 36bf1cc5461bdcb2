// The connections of one worker and one frontend to the servers of one backend. Idle ones are a stack for each server: the last one used is
// the next one, so that the rest may grow old and go. Which server gets a request is not decided here.

import type { Dispatch, Grant, LostServer } from '../dispatch.ts';
import { type IdleKeeper, UpstreamConnection } from './upstream-connection.ts';

/** Servers that say nothing are taken to close idle connections after 5 s, as Node's do; one second is for what is under way. */
const idleMs = 4_000;
/** A request that must not be sent twice takes no connection that may just be closing. */
const idleForUnrepeatableMs = 1_000;
const underWayMs = 1_000;

/** Somebody who has a request with a server. */
export interface SlotUser {
  serverLost(why: LostServer['why']): void;
}

interface Slot {
  readonly address: string;
  readonly port: number;
  readonly idle: UpstreamConnection[];
  readonly users: Set<SlotUser>;
  /** Connections of older generations are not kept when their request is over. */
  generation: number;
}

export class UpstreamPool implements IdleKeeper {
  readonly dispatch: Dispatch;
  readonly #slots = new Map<number, Slot>();
  readonly #unsubscribe: () => void;

  constructor(dispatch: Dispatch) {
    this.dispatch = dispatch;
    this.#unsubscribe = dispatch.lost.subscribe((lost) => this.#lost(lost));
  }

  /** An idle connection to the server, or a new one that is yet to connect. `fresh` asks for a new one. */
  take(grant: Grant, repeatable: boolean, fresh: boolean, now: number): UpstreamConnection {
    const slot = this.#slotOf(grant);
    const idle = fresh ? undefined : this.#takeIdle(slot, repeatable, now);
    const connection = idle ?? this.#open(grant, slot);
    connection.uses += 1;
    return connection;
  }

  /** Keeps it for the next request. `keepAliveMs` is what the server said its limit is. */
  giveBack(connection: UpstreamConnection, now: number, keepAliveMs = idleMs + underWayMs): void {
    const slot = this.#slots.get(connection.slot);
    const mayBeIdleMs = Math.min(idleMs, keepAliveMs - underWayMs);
    if (slot === undefined || slot.generation !== connection.generation || mayBeIdleMs <= 0) {
      connection.destroy();
      return;
    }
    connection.user = undefined;
    connection.idleSince = now;
    connection.idleMs = mayBeIdleMs;
    slot.idle.push(connection);
  }

  /** The user hears when the server is lost, until it leaves. */
  join(grant: Grant, user: SlotUser): void {
    this.#slotOf(grant).users.add(user);
  }

  leave(grant: Grant, user: SlotUser): void {
    this.#slots.get(grant.slot)?.users.delete(user);
  }

  idleBroken(connection: UpstreamConnection): void {
    const idle = this.#slots.get(connection.slot)?.idle;
    const at = idle?.indexOf(connection) ?? -1;
    if (at >= 0) idle?.splice(at, 1);
  }

  /** Closes what has been idle for too long. */
  expire(now: number): void {
    for (const { idle } of this.#slots.values()) {
      for (let at = idle.length - 1; at >= 0; at--) {
        const connection = idle[at] as UpstreamConnection;
        if (now - connection.idleSince < connection.idleMs) continue;
        idle.splice(at, 1);
        connection.destroy();
      }
    }
  }

  /** Closes idle connections; requests in flight finish, and hear nothing of lost servers any more. Idempotent. */
  close(): void {
    this.#unsubscribe();
    for (const slot of this.#slots.values()) this.#retire(slot);
  }

  #takeIdle(slot: Slot, repeatable: boolean, now: number): UpstreamConnection | undefined {
    const connection = slot.idle.at(-1);
    if (connection === undefined) return undefined;
    const idleFor = now - connection.idleSince;
    if (!repeatable && idleFor > idleForUnrepeatableMs) return undefined;
    slot.idle.pop();
    if (idleFor < connection.idleMs) return connection;
    connection.destroy();
    return this.#takeIdle(slot, repeatable, now);
  }

  #open(grant: Grant, slot: Slot): UpstreamConnection {
    const connection = new UpstreamConnection(grant.address, grant.port, grant.slot, this);
    connection.generation = slot.generation;
    return connection;
  }

  /** A number may come to mean another server once the first has left the model. */
  #slotOf(grant: Grant): Slot {
    const known = this.#slots.get(grant.slot);
    if (known !== undefined && known.address === grant.address && known.port === grant.port) return known;
    if (known !== undefined) this.#retire(known);
    const { address, port } = grant;
    const generation = (known?.generation ?? 0) + 1;
    const slot: Slot = { address, port, idle: [], users: known?.users ?? new Set(), generation };
    this.#slots.set(grant.slot, slot);
    return slot;
  }

  #retire(slot: Slot): void {
    slot.generation += 1;
    for (const connection of slot.idle.splice(0)) connection.destroy();
  }

  #lost(lost: LostServer): void {
    const slot = this.#slots.get(lost.slot);
    if (slot === undefined) return;
    this.#retire(slot);
    for (const user of [...slot.users]) user.serverLost(lost.why);
    if (lost.why === 'gone' && slot.users.size === 0) this.#slots.delete(lost.slot);
  }
}
