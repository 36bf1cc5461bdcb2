// Calls backups of one backend in and sends them away again, as the rule decides on what is measured.

import {
  type BackupDecision,
  type BackupMeasure,
  decideBackups,
  initialBackupState,
} from '../../../backup/activation.ts';
import type { Backend } from '../../../model.ts';
import { backendWord, unlimited } from '../records.ts';
import type { ControlledServer } from './controlled-server.ts';

export class Backups {
  #decision: Pick<BackupDecision, 'active' | 'wanted' | 'reason'> = {
    active: 0,
    wanted: 0,
    reason: initialBackupState.reason,
  };
  #state = initialBackupState;

  get active(): number {
    return this.#decision.active;
  }

  get wanted(): number {
    return this.#decision.wanted;
  }

  get reason(): string {
    return this.#decision.reason;
  }

  /** `servers` in the order of the model. Returns whether other backups serve or are wanted now. */
  decide(settings: Backend, servers: readonly ControlledServer[], words: Int32Array, nowMs: number): boolean {
    const before = this.#decision;
    const measured = measure(settings, servers, words);
    const decision = decideBackups(settings.backup, this.#state, measured, nowMs);
    this.#state = decision.state;
    this.#decision = decision;
    this.#call(settings, servers, decision.active, nowMs);
    return decision.active !== before.active || decision.wanted !== before.wanted;
  }

  // Without a rule the workers see by themselves that no primary is left.
  #call(settings: Backend, servers: readonly ControlledServer[], active: number, nowMs: number): void {
    const backups = servers.filter(({ server }) => server.role === 'backup');
    const usable = backups.filter(({ cell }) => cell.isUsable());
    const called = new Set(settings.backup ? usable.slice(0, active) : []);
    for (const server of servers) {
      const isNew = server.call(called.has(server)) && server.server.role === 'backup';
      if (isNew && settings.slowstartMs && settings.backup?.slowstart) server.grow(nowMs);
    }
  }
}

function measure(settings: Backend, servers: readonly ControlledServer[], words: Int32Array): BackupMeasure {
  const usable = servers.filter(({ cell }) => cell.isUsable());
  const ofRole = (role: string) => usable.filter(({ server }) => server.role === role);
  const [primaries, backups] = [ofRole('primary'), ofRole('backup')];
  return {
    primaries: primaries.length,
    expected: settings.expectedPrimaries ?? expectedOf(servers),
    backups: backups.length,
    capacity: capacityOf(primaries),
    backupCapacity: backups.map((backup) => limitOf(backup)),
    demand: demandOf(words),
    nextCapacity: settings.maxconn,
  };
}

/** Those that are about to leave are no loss. */
function expectedOf(servers: readonly ControlledServer[]): number {
  return servers.filter(({ server }) => server.role === 'primary' && server.state !== 'departing').length;
}

/** Of usable primaries; undefined: one of them has no limit. */
export function capacityOf(primaries: readonly ControlledServer[]): number | undefined {
  const capacity = primaries.reduce((sum, primary) => sum + limitOf(primary), 0);
  return Number.isFinite(capacity) ? capacity : undefined;
}

export function demandOf(words: Int32Array): number {
  return Atomics.load(words, backendWord.inFlight) + Atomics.load(words, backendWord.queued);
}

function limitOf({ cell }: ControlledServer): number {
  const limit = cell.maxconn();
  return limit === unlimited ? Number.POSITIVE_INFINITY : limit;
}
