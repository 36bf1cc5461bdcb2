// Where a cluster's Ingresses and the statistics of its balancer are found on this machine. What was taken once is kept, so that people find
// it again after the next start.

import { randomBytes } from 'node:crypto';
import { hostAndPort } from '../api/host-and-port.ts';
import type { EngineName } from '../lb/engine.ts';
import type { BalancerStatus } from '../machinery/balancer-status.ts';
import { claimFreePort, isPortFree } from '../machinery/free-port.ts';
import { loopbackAddress } from '../machinery/listen-address.ts';

/** Kept with the settings of the cluster. */
export interface EdgeSettings {
  /** Of 127.0.0.1 and the outward addresses, all three. */
  readonly http: number;
  readonly https: number;
  readonly statistics: number;
  readonly statisticsPath: string;
  readonly password: string;
}

/** Of one start. */
export interface Edge extends EdgeSettings {
  /** Where the Ingresses have the usual ports, too; undefined: whoever starts the cluster may not open them. */
  readonly address?: string;
  /** Where others reach it, or whoever else was meant: all of it is served at these addresses of this machine, too. */
  readonly outward: readonly string[];
}

export interface EdgePlaces {
  /** See Edge. */
  readonly address: string;
  /** See Edge. */
  readonly outward: readonly string[];
}

export const edgeHost = loopbackAddress;
export const usualPorts = { http: 80, https: 443 } as const;
export const statisticsUser = 'admin';
const wanted = { http: 8080, https: 8443, statistics: 8404, statisticsPath: '/stats' };

/** The ports of the last start, or the next free ones. */
export async function claimEdge(
  kept: Partial<EdgeSettings> = {},
  { address, outward }: EdgePlaces,
  onTaken: (wanted: number, instead: number) => void,
): Promise<Edge> {
  const { http, https, statistics, statisticsPath } = { ...wanted, ...kept };
  const claim = async (port: number) => {
    const free = await claimFreePort(edgeHost, port, outward);
    if (free !== port) onTaken(port, free);
    return free;
  };
  const { password = randomBytes(12).toString('base64url') } = kept;
  const ports = { http: await claim(http), https: await claim(https), statistics: await claim(statistics) };
  const usual = (await mayHaveUsualPorts(address)) ? { address } : {};
  return { ...ports, statisticsPath, password, ...usual, outward };
}

export function settingsOf({ http, https, statistics, statisticsPath, password }: Edge): EdgeSettings {
  return { http, https, statistics, statisticsPath, password };
}

export function balancerStatusOf(edge: Edge, engine: EngineName, accessLog: string): BalancerStatus {
  const { http, https, statistics, statisticsPath, password, address, outward } = edge;
  const usual = (scheme: string) => (address === undefined ? [] : [`${scheme}://${address}`]);
  const others = (scheme: string, port: number) =>
    outward.map((each) => `${scheme}://${hostAndPort(each, port)}`);
  return {
    engine,
    ingress: {
      http: [`http://${edgeHost}:${http}`, ...usual('http'), ...others('http', http)],
      https: [`https://${edgeHost}:${https}`, ...usual('https'), ...others('https', https)],
    },
    statistics: {
      url: `http://${edgeHost}:${statistics}${statisticsPath}`,
      others: others('http', statistics).map((url) => `${url}${statisticsPath}`),
      ...{ user: statisticsUser, password },
    },
    outward,
    accessLog,
  };
}

/** Whether a value that was read could be one. */
export function isEdge(value: unknown): value is EdgeSettings {
  const edge = (value ?? {}) as Partial<EdgeSettings>;
  const isPort = (port: unknown) => Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65_535;
  return (
    [edge.http, edge.https, edge.statistics].every(isPort) &&
    typeof edge.statisticsPath === 'string' &&
    typeof edge.password === 'string' &&
    edge.password !== ''
  );
}

async function mayHaveUsualPorts(address: string): Promise<boolean> {
  try {
    const free = [usualPorts.http, usualPorts.https].map((port) => isPortFree(address, port));
    return (await Promise.all(free)).every(Boolean);
  } catch {
    // A system without such addresses.
    return false;
  }
}
