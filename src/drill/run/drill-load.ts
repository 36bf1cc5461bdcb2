// The load of a drill as a plan: requests of one path at a rate, users who wait for their answers, or the plan file that the drill names.

import path from 'node:path';
import type { Plan } from '../../load/plan/plan.ts';
import { readPlanFile } from '../../load/plan/read-plan-file.ts';
import { planOfUrl } from '../../load/plan/url-plan.ts';
import { counted } from '../counted.ts';
import type { DrillLoad, Scenario } from '../scenario/scenario.ts';
import { asIs, type Told, told } from '../told.ts';
import type { TargetView } from '../world/world.ts';
import { DrillRefused } from './drill-refused.ts';

type Place = Pick<TargetView, 'url' | 'host'>;

/** As long as the drill may last: it is stopped before. Throws PlanError and DrillRefused for a plan file that cannot be run. */
export function planOfDrill({ load, file, safety }: Scenario, place: Place): Plan {
  if (load.plan !== undefined) return planInFile(path.resolve(path.dirname(file), load.plan), place);
  return planOfUrl({ ...requestOf(load, place), ...paceOf(load), durationMs: safety.mostMs, thresholds: [] });
}

/** More of the same requests, or of another path, at a rate of its own: what a surge adds. */
export function planOfSurge(
  { load, safety }: Scenario,
  place: Place,
  surge: { readonly ratePerSecond: number; readonly path?: string },
): Plan {
  const asked = { ...load, path: surge.path ?? load.path, sessions: false };
  const pace = paceOf({ ...load, ratePerSecond: surge.ratePerSecond });
  return planOfUrl({ ...requestOf(asked, place), ...pace, durationMs: safety.mostMs, thresholds: [] });
}

/** In words, for progress and reports. */
export function loadInWords({ load }: Scenario): Told {
  if (load.plan !== undefined) return asIs(load.plan);
  const what = `${load.method} ${load.path}`;
  const { users = 1 } = load;
  if (load.ratePerSecond !== undefined) return asIs(`${what}, ${load.ratePerSecond}/s`);
  return told(
    `${what}, ${counted(users, 'user', 'users')}`,
    `${what}, ${counted(users, 'usuario', 'usuarios')}`,
  );
}

function requestOf(load: DrillLoad, { url, host }: Place) {
  const { method, body, sessions, timeoutMs } = load;
  const headers = host === undefined ? [] : [{ name: 'Host', value: host }];
  return {
    ...{ url: new URL(`${url}${load.path}`).href, method, headers, keepAlive: true, cookies: sessions },
    ...(body === undefined ? {} : { body }),
    ...{ connectMs: timeoutMs, responseMs: timeoutMs },
  };
}

/** So many users that requests which all run into their time-out leave nobody out: a fault is not to look like a weak generator. */
function paceOf({ ratePerSecond: rate, users, thinkMs, timeoutMs }: DrillLoad) {
  if (rate === undefined) return { users: users ?? 1, thinkMs };
  return { rate, maxUsers: Math.ceil((rate * timeoutMs * 2.5) / 1_000) + 50 };
}

/** `${__P(url)}`, `${__P(host)}` and `${__P(port)}` in it are the target's. */
function planInFile(file: string, { url, host }: Place): Plan {
  const { hostname, port, protocol, origin } = new URL(url);
  const properties = {
    url: origin,
    host: host ?? hostname,
    port: port || (protocol === 'https:' ? '443' : '80'),
  };
  const { plan, unsupported } = readPlanFile(file, properties);
  const [first] = unsupported;
  if (first === undefined) return plan;
  const what = `${first.what} (${first.where})`;
  throw new DrillRefused(told(`${file}: not supported: ${what}`, `${file}: no se admite: ${what}`));
}
