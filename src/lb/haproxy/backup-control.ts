// Which backups serve beside primaries: measures, asks the rule, and tells what changed. Native backups, for when no primary is left, need
// none of this.

import {
  type BackupMeasure,
  type BackupState,
  decideBackups,
  initialBackupState,
} from '../backup/activation.ts';
import type { Backend, LbModel, Server } from '../model.ts';
import { waitingRoom } from './config/waiting-room.ts';
import { type Sample, sampleKey } from './sample.ts';

export interface Activity {
  readonly active: number;
  readonly wanted: number;
  readonly reason: string;
}

interface Known {
  readonly state: BackupState;
  readonly activity: Activity;
  /** Ids of those that serve. */
  readonly calledIn: ReadonlySet<string>;
}

const idle: Activity = { active: 0, wanted: 0, reason: initialBackupState.reason };

export class BackupControl {
  readonly #known = new Map<string, Known>();

  isCalledIn(backend: string, serverId: string): boolean {
    return this.#known.get(backend)?.calledIn.has(serverId) ?? false;
  }

  activity(backend: string): Activity {
    return this.#known.get(backend)?.activity ?? idle;
  }

  update({ backends }: LbModel): void {
    const names = new Set(backends.filter(needsControl).map(({ name }) => name));
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
  }

  /** What changed for users; undefined: nothing. `isUsable` by server id; demand is in flight and queued. */
  decide(
    backend: Backend,
    isUsable: (server: Server) => boolean,
    demand: number,
    nowMs: number,
  ): Activity | undefined {
    const before = this.#known.get(backend.name);
    const decision = decideBackups(
      backend.backup,
      before?.state ?? initialBackupState,
      measureOf(backend, isUsable, demand),
      nowMs,
    );
    const { state, active, wanted, reason } = decision;
    const usable = backend.servers.filter((server) => server.role === 'backup' && isUsable(server));
    const calledIn = new Set(usable.slice(0, active).map(({ id }) => id));
    const activity = { active, wanted, reason };
    this.#known.set(backend.name, { state, activity, calledIn });
    const last = before?.activity ?? idle;
    return last.active === active && last.wanted === wanted ? undefined : activity;
  }
}

/**
 * Requests in flight and queued, of a backend by its name inside of HAProxy. Where another server than the waiting room is usable, whoever is
 * there is on the way to it and counted twice.
 */
export function demandIn({ rows }: Sample, backend: string): number {
  const all = rows.get(sampleKey(backend));
  if (!all) return 0;
  const room = rows.get(sampleKey(backend, waitingRoom))?.number('scur') ?? 0;
  return all.number('scur') - (all.number('act') + all.number('bck') > 1 ? room : 0);
}

/** Whether there is anything to decide. */
export function needsControl({ backup, servers }: Backend): boolean {
  return backup?.start === 'cold' || servers.some(({ role }) => role === 'backup');
}

function measureOf(backend: Backend, isUsable: (server: Server) => boolean, demand: number): BackupMeasure {
  const { servers, expectedPrimaries } = backend;
  const listed = servers.filter(({ role }) => role === 'primary');
  const primaries = listed.filter(isUsable);
  const backups = servers.filter((server) => server.role === 'backup');
  const usable = backups.filter(isUsable);
  return {
    primaries: primaries.length,
    expected: expectedPrimaries ?? listed.length,
    backups: usable.length,
    capacity: capacityOf(backend, primaries),
    backupCapacity: usable.map((server) => limitOf(backend, server)),
    demand,
    ...(backend.backup?.start === 'cold' ? {} : { backupsAtMost: backups.length }),
    ...(backend.maxconn === undefined ? {} : { nextCapacity: backend.maxconn }),
  };
}

/** What the primaries can take together; undefined: one of them has no limit. */
export function capacityOf(backend: Backend, primaries: readonly Server[]): number | undefined {
  const sum = primaries.reduce((total, server) => total + limitOf(backend, server), 0);
  return Number.isFinite(sum) ? sum : undefined;
}

function limitOf({ maxconn }: Backend, server: Server): number {
  return server.maxconn ?? maxconn ?? Number.POSITIVE_INFINITY;
}
