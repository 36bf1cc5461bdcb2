// How much the target is asked for, as the balancer's own statistics count it.

import { setTimeout as after } from 'node:timers/promises';
import { machineTime } from '../../../base/machine-time.ts';
import { ToldError, told } from '../../told.ts';
import type { TargetView, World } from '../../world/world.ts';

/** Of the JSON statistics what is needed here. */
interface Statistics {
  readonly epoch: string;
  readonly backends: readonly {
    readonly name: string;
    readonly requests: number;
    readonly queued: number;
    readonly backupsWanted: number;
  }[];
}

/** Counts of one moment, over all of the target's backends. */
export interface Counted {
  readonly at: number;
  readonly epoch: string;
  readonly requests: number;
  readonly queued: number;
  readonly backupsWanted: number;
}

/** Rejects where the statistics cannot be had. */
export async function countRequests(
  { balancer }: World,
  { namespace, service }: TargetView,
  signal: AbortSignal,
): Promise<Counted> {
  if (!balancer) throw new ToldError(outOfReach);
  const { statistics } = await balancer();
  const authorization = `Basic ${btoa(`${statistics.user}:${statistics.password}`)}`;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(2_000)]);
  const response = await fetch(`${statistics.url};json`, { headers: { authorization }, signal: limit });
  if (!response.ok) throw answered(response.status);
  const { epoch, backends } = (await response.json()) as Statistics;
  const own = backends.filter(
    ({ name }) => name.startsWith(`${namespace}/${service}:`) || name === `${namespace}/${service}`,
  );
  const sum = (field: 'requests' | 'queued' | 'backupsWanted') =>
    own.reduce((total, backend) => total + backend[field], 0);
  return {
    ...{ at: machineTime(), epoch },
    ...{ requests: sum('requests'), queued: sum('queued'), backupsWanted: sum('backupsWanted') },
  };
}

const outOfReach = told(
  "the balancer's statistics cannot be reached from here",
  'desde aquí no se llega a las estadísticas del balanceador',
);

function answered(status: number): ToldError {
  return new ToldError(
    told(
      `the balancer's statistics answered with ${status}`,
      `las estadísticas del balanceador respondieron con ${status}`,
    ),
  );
}

/** Requests a second between two counts of the same epoch; undefined where there was another one in between. */
export function rateBetween(from: Counted, to: Counted): number | undefined {
  if (from.epoch !== to.epoch || to.at <= from.at) return undefined;
  return ((to.requests - from.requests) * 1000) / (to.at - from.at);
}

/** Over the next `forMs`. */
export async function rateNow(
  world: World,
  target: TargetView,
  forMs: number,
  signal: AbortSignal,
): Promise<{ readonly rate: number; readonly last: Counted }> {
  const first = await countRequests(world, target, signal);
  await after(forMs, undefined, { signal });
  const last = await countRequests(world, target, signal);
  return { rate: rateBetween(first, last) ?? 0, last };
}
