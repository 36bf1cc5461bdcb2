// What a balancer says of itself in its Balancer object: states, not counters, so that it is written only when something happened. Bounded.
// Pure.

import type { BalancerBackend, BalancerServer, BalancerStatus } from '../../api/relevo/balancer-types.ts';
import type { BackendStats, EngineStats, Problem, ServerStats } from '../../lb/engine.ts';

/** Objects of more than a megabyte are refused by etcd: what is listed stays well below. */
const mostServers = 1_000;
const mostProblems = 100;

/** Without the departures, which are written on their own, and at once. */
export type Report = Required<Omit<BalancerStatus, 'departures'>>;

export function reportOf(
  about: { engine: string; version: string },
  { backends }: EngineStats,
  problems: readonly Problem[],
): Report {
  const servers = backends.flatMap((backend) => backend.servers);
  return {
    ...about,
    totals: {
      backends: backends.length,
      servers: servers.length,
      active: servers.filter(({ active }) => active).length,
      sorry: backends.filter(({ sorry }) => sorry).length,
    },
    backends: listed(backends),
    problems: problems.slice(0, mostProblems).map(({ subject, message }) => ({ subject, message })),
  };
}

/** Those with a problem first, then by name, until the list is full. */
function listed(backends: readonly BackendStats[]): BalancerBackend[] {
  let room = mostServers;
  const found: BalancerBackend[] = [];
  for (const backend of [...backends].sort(byTrouble)) {
    if (room <= 0) break;
    const { name, sorry, backupsActive, backupsWanted, servers } = backend;
    found.push({ name, sorry, backupsActive, backupsWanted, servers: servers.slice(0, room).map(serverOf) });
    // A backend without servers takes room as well.
    room -= Math.max(1, servers.length);
  }
  return found;
}

function byTrouble(a: BackendStats, b: BackendStats): number {
  const trouble = ({ sorry, servers }: BackendStats): number =>
    sorry || servers.some(({ ejected, health }) => ejected || health === 'down') ? 0 : 1;
  return trouble(a) - trouble(b) || (a.name < b.name ? -1 : 1);
}

function serverOf({ address, port, node, ...server }: ServerStats): BalancerServer {
  const { id, name, role, state, health, ejected, active, weight } = server;
  const where = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return {
    ...{ id, name, address: where, role, state, health, ejected, active },
    ...(node === undefined ? {} : { node }),
    weight: Math.round(weight),
  };
}
