// What follows by rule when victims serve nobody any more: requests that fail for want of servers are the fault's doing.

import type { TargetView } from '../../world/world.ts';
import type { Victims } from '../fault.ts';

/** All that were ready are hit: none is usable. All ready primaries are: what is left may have more to do than it can queue. */
export function losing({ pods }: TargetView, victims: Victims): Victims {
  const hit = new Set(victims.pods.map(({ uid }) => uid));
  const left = pods.filter(({ uid, ready }) => ready && !hit.has(uid));
  if (hit.size === 0 || left.some(({ role }) => role === 'primary')) return victims;
  return { ...victims, states: left.length === 0 ? ['none-usable', 'queue-full'] : ['queue-full'] };
}
