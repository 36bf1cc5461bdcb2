// Whether a load asks often enough for a gap of the length of a limit to be seen: each server at least ten times within it.

import { type Told, told } from '../told.ts';
import type { DrillLoad, Scenario } from './scenario.ts';

/** The interval per server is at most this part of a traffic RTO's limit: DRILLS.md, "Clocks". */
const partsOfLimit = 10;

/** Requests a second at most; undefined: it depends on how quick answers are, or on a plan. */
export function ratePerSecondOf({ ratePerSecond, users, thinkMs = 0 }: DrillLoad): number | undefined {
  if (ratePerSecond !== undefined) return ratePerSecond;
  return users !== undefined && thinkMs > 0 ? (users * 1_000) / thinkMs : undefined;
}

/** One line for each limit that is too short for the load, with so many servers that share it. */
export function thinLoad({ load, expectations }: Scenario, servers: number): Told[] {
  const rate = ratePerSecondOf(load);
  if (rate === undefined) return [];
  const intervalMs = (1_000 * servers) / rate;
  return expectations
    .filter(({ measure, limit }) => measure === 'trafficRto' && limit.value < intervalMs * partsOfLimit)
    .map(({ limit }) => {
      const needed = Math.ceil((1_000 * servers * partsOfLimit) / Math.max(limit.value, 1));
      const sent = `${Number(rate.toFixed(2))}/s`;
      const [over, entre] =
        servers === 1 ? ['', ''] : [` over ${servers} servers`, ` entre ${servers} servidores`];
      return told(
        `the load is too thin for trafficRto ${limit.text}: ${sent}${over}, where it takes ${needed}/s`,
        `la carga es demasiado escasa para trafficRto ${limit.text}: ${sent}${entre}, y hacen falta ${needed}/s`,
      );
    });
}
