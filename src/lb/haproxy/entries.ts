// Which entries HAProxy has for the servers of a model, and in what state each of them should be. Pure.

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

export function entriesOf(model: LbModel): Map<string, readonly Entry[]> {
  return new Map(model.backends.map((backend) => [backend.name, backendEntries(backend)]));
}

function backendEntries(backend: Backend): Entry[] {
  const taken = new Set<number>();
  const add = (server: Server, kind: Entry['kind']) => {
    const number = backend.balance === 'first' ? taken.size + 1 : serverNumber(`${kind} ${server.id}`, taken);
    taken.add(number);
    return entryOf(backend, server, kind, number);
  };
  return backend.servers.flatMap((server) => {
    if (server.role === 'primary') return [add(server, 'primary')];
    // Native backups serve when no primary does, without anybody's help; twins when the rule says so.
    return backend.backup ? [add(server, 'backup'), add(server, 'twin')] : [add(server, 'backup')];
  });
}

export function adminOf(backend: string, { server, kind }: Entry, decisions: Decisions): Admin {
  if (server.state === 'maint' || server.state === 'departing') return 'maint';
  if (decisions.isEjected(backend, server.id)) return 'maint';
  if (server.state === 'drain') return 'drain';
  return kind === 'twin' && !decisions.isCalledIn(backend, server.id) ? 'drain' : 'ready';
}
