// The usual way to let other servers help: use_backend with be_conn, nbsrv, avg_queue or connslots of the first backend. That is what
// backups are for, so it becomes `backup.activate` there, and the other backend's servers become its backups.

import type { Acl, BackendDraft } from './draft.ts';

interface Limit {
  readonly fetch: string;
  readonly backend: string;
  /** The smallest (nbsrv, connslots) or largest (be_conn, avg_queue) value at which nobody has to help yet, plus or less one. */
  readonly value: number;
}

/** What every acl of an alternative says of the load of one backend; undefined when one is about something else. */
export function limitsOf(alternatives: readonly (readonly (readonly Acl[])[])[]): Limit[] | undefined {
  const acls = alternatives.flat(2);
  const limits = acls.map(limitOf);
  return limits.length > 0 && limits.every((limit) => limit !== undefined) ? (limits as Limit[]) : undefined;
}

function limitOf({ fetch, values }: Acl): Limit | undefined {
  const [, name = '', backend = ''] =
    /^(be_conn|nbsrv|avg_queue|queue|connslots)\(([^)]+)\)$/.exec(fetch) ?? [];
  const [operator = '', text = ''] = values.length === 1 ? ['eq', values[0]] : values;
  const number = Number(text);
  if (name === '' || !Number.isInteger(number)) return undefined;
  const isHigh = name === 'be_conn' || name === 'avg_queue' || name === 'queue';
  const step: Record<string, number> = isHigh ? { gt: 1, ge: 0, eq: 0 } : { lt: 0, le: 1, eq: 1 };
  const shift = step[operator];
  return shift === undefined ? undefined : { fetch: name, backend, value: number + shift };
}

/** Adds what the limits say to the backend: from `value` on (be_conn, queues), or below it (nbsrv, connslots), backups help. */
export function activateBackups(draft: BackendDraft, limits: readonly Limit[]): void {
  const primaries = draft.servers.filter(({ backup }) => !backup);
  const activate: { whenReadyBelow: string; whenBusyAbove: string; for: string } = {
    ...{ whenReadyBelow: '0%', whenBusyAbove: '100%', for: '0s' },
  };
  for (const { fetch, value } of limits) {
    if (fetch === 'nbsrv') activate.whenReadyBelow = percent(value / Math.max(1, primaries.length));
    if (fetch === 'be_conn') activate.whenBusyAbove = percent((value - 1) / capacityOf(draft, value));
  }
  const above = Number.parseInt(activate.whenBusyAbove, 10);
  const below = Math.max(0, Math.min(70, above - 20));
  draft.config.backup = { activate, release: { whenBusyBelow: `${below}%` } };
}

/** The maxconn of all primaries together; where they have none, so much as makes the limit all that they take. */
function capacityOf({ servers, config }: BackendDraft, limit: number): number {
  const primaries = servers.filter(({ backup }) => !backup);
  if (primaries.some(({ maxconn }) => maxconn === undefined)) {
    config.perServer = { ...config.perServer, maxconn: Math.ceil(limit / Math.max(1, primaries.length)) };
  }
  const each = config.perServer?.maxconn ?? 0;
  return primaries.reduce((sum, { maxconn }) => sum + (maxconn ?? each), 0);
}

function percent(share: number): string {
  return `${Math.max(0, Math.min(100, Math.ceil(share * 100)))}%`;
}
