// What holds for the whole process.

import type { LbModel } from '../../model.ts';
import { plainPages } from '../../sorry/plain-pages.ts';
import { duration, section } from './quoting.ts';

/** The socket of the runtime API, in the folder of the process. */
export const runtimeSocket = 'api';
/** The ring in memory that holds what is told of ended requests and of servers, until it is read. */
export const eventRing = 'events';
/** Counts connections that became tunnels, which HAProxy itself counts when they are over, by `frontend|backend`. */
export const upgradeTable = 'upgrades';
/** What HAProxy keeps free of a buffer for headers that it adds. */
const reserveBytes = 4_096;
const ringBytes = 8_388_608;

interface GlobalSetting {
  readonly threads: number;
  readonly hasServerStates: boolean;
  /** Files of Lua. */
  readonly scripts: readonly string[];
}

export function globalSections(model: LbModel, { threads, hasServerStates, scripts }: GlobalSetting): string {
  const headers = Math.max(101, ...model.frontends.map(({ limits }) => limits.headers * 2));
  const global = section('global', [
    `stats socket unix@${runtimeSocket} mode 600 level admin`,
    // Between two words of ours anything may take its time.
    'stats timeout 24d',
    `nbthread ${threads}`,
    `hard-stop-after ${duration(longestLifeMs(model))}`,
    // Without it the table of descriptors is as large as the system's limit, which may be a thousand millions.
    'fd-hard-limit 500000',
    `tune.bufsize ${bufferBytes(model)}`,
    `tune.maxrewrite ${reserveBytes}`,
    `tune.http.maxhdr ${Math.min(32_767, headers)}`,
    'tune.ssl.default-dh-param 2048',
    'ssl-default-bind-options ssl-min-ver TLSv1.2',
    ...scripts.map((file) => `lua-load ${file}`),
    ...(hasServerStates ? ['server-state-file server-states'] : []),
  ]);
  const ring = section(`ring ${eventRing}`, ['format rfc5424', 'maxlen 1024', `size ${ringBytes}`]);
  const defaults = section('defaults', [
    `log ring@${eventRing} len 1024 local0 notice`,
    // Of requests only those that did not go well are told to the ring, whose limit is above the level of the others.
    'option log-separate-errors',
    // Clients that go away are noticed while they wait: frontends need it for that, but take it from here only.
    'option abortonclose',
    'option dontlognull',
    'http-reuse safe',
    ...(hasServerStates ? ['load-server-state-from-file global'] : []),
  ]);
  const upgrades = section(`backend ${upgradeTable}`, [
    `stick-table type string len 256 size 10k store gpc0`,
  ]);
  return [global, ring, defaults, upgrades].join('\n');
}

/** A connection of before the last change may live as long as a tunnel may. */
function longestLifeMs({ backends }: LbModel): number {
  return Math.max(60_000, ...backends.map(({ timeouts, drainMs }) => Math.max(timeouts.tunnelMs, drainMs)));
}

/** A head must fit in, and a page in base64 (as it stands in a map) and with its headers. */
function bufferBytes({ frontends, backends }: LbModel): number {
  const heads = frontends.map(({ limits }) => limits.headBytes);
  const pages = backends.flatMap(({ sorry }) => (sorry.variants.length > 0 ? sorry.variants : plainPages));
  const errors = frontends.flatMap(({ errorPages = [] }) => errorPages);
  const largest = Math.max(0, ...[...pages, ...errors].map(({ body }) => Buffer.byteLength(body)));
  const wanted = Math.max(16_384, ...heads, Math.ceil((largest * 4) / 3) + 1_024) + reserveBytes;
  return Math.ceil(wanted / 1_024) * 1_024;
}
