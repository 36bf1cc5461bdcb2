// What a balancer says of itself in its Balancer object: states, not counters, so that it is written only when something happened. Bounded.
// Pure.

import { hostAndPort } from '../../api/host-and-port.ts';
import type { BalancerBackend, BalancerServer, BalancerStatus } from '../../api/relevo/balancer-types.ts';
import type { BackendStats, EngineStats, Problem, ServerStats } from '../../lb/engine.ts';
import type { LbModel, Server } from '../../lb/model.ts';
import { reasonOf } from '../../lb/server-reason.ts';

/** Objects of more than a megabyte are refused by etcd: what is listed stays well below. */
const mostServers = 1_000;
const mostProblems = 100;

/** Without the departures, which are written on their own, and at once, and the conditions, which have a memory. */
export type Report = Required<Omit<BalancerStatus, 'departures' | 'conditions'>>;

export function reportOf(
  about: { engine: string; version: string },
  { backends }: EngineStats,
  problems: readonly Problem[],
  model: LbModel | undefined,
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
    backends: listed(backends, model),
    problems: problems.slice(0, mostProblems).map(({ subject, message }) => ({ subject, message })),
  };
}

/** Those with a problem first, then by name, until the list is full. */
function listed(backends: readonly BackendStats[], model: LbModel | undefined): BalancerBackend[] {
  const models = new Map(model?.backends.map((backend) => [backend.name, backend.servers]));
  let room = mostServers;
  const found: BalancerBackend[] = [];
  for (const backend of [...backends].sort(byTrouble)) {
    if (room <= 0) break;
    const { name, sorry, backupsActive, backupsWanted, servers } = backend;
    const wishes = new Map(models.get(name)?.map((server) => [server.id, server]));
    const some = servers.slice(0, room).map((server) => serverOf(server, wishes.get(server.id)));
    found.push({ name, sorry, backupsActive, backupsWanted, servers: some });
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

/** `wish`: the server of the model. */
function serverOf(stats: ServerStats, wish: Server | undefined): BalancerServer {
  const { id, name, address, port, node, role, state, health, ejected, active, weight } = stats;
  const reason = reasonOf(stats, wish);
  return {
    ...{ id, name, address: hostAndPort(address, port), role, state, health, ejected, active },
    ...(node === undefined ? {} : { node }),
    ...(reason === undefined ? {} : { reason }),
    weight: Math.round(weight),
  };
}
