// What a new process is told of the servers by the one before: which are down, and which people took out. HAProxy's file of server states,
// version 1 (its manual: server-state-file).

import type { WantedServers } from './live-servers.ts';
import { proxyName } from './names.ts';

const column = { backend: 1, server: 3, address: 4, userWeight: 7, initialWeight: 8, port: 18 };

/** `states` is the answer of `show servers state`. Addresses and weights become those that are wanted now. */
export function serverStates(states: string, wanted: WantedServers): string {
  const entries = new Map(
    [...wanted].flatMap(([backend, list]) =>
      list.map(({ entry }) => [`${proxyName(backend)}/${entry.name}`, entry] as const),
    ),
  );
  const [version = '1', ...lines] = states.split('\n');
  const kept = lines.flatMap((line) => {
    if (line.startsWith('#')) return [line];
    const values = line.split(' ');
    const entry = entries.get(`${values[column.backend]}/${values[column.server]}`);
    if (!entry) return [];
    values[column.address] = entry.address;
    values[column.port] = String(entry.port);
    // A weight that was changed while it ran would win over the one of the configuration.
    values[column.userWeight] = values[column.initialWeight] ?? '1';
    return [values.join(' ')];
  });
  return `${[version, ...kept].join('\n')}\n`;
}
