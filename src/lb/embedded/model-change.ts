// A model told as what differs from the one before: a thousand servers of which one has another weight are a few bytes, not a few hundred
// thousand. What stays the same stays the same object, so that the next one to look for differences finds them at a glance.

import { deepEqual } from '../../base/deep-equal.ts';
import type { Backend, LbModel, Server } from '../model.ts';

/** Plain JSON. What is undefined or left out is as it was; `nothing` is undefined in the model. */
export interface ModelChange {
  readonly frontends?: LbModel['frontends'];
  readonly certificates?: LbModel['certificates'];
  readonly secrets?: LbModel['secrets'];
  readonly accessLog?: LbModel['accessLog'] | 'nothing';
  /** All of them, in order. A name alone: that one is as it was. Undefined: all are. */
  readonly backends?: readonly (string | Backend | ServersChange)[];
}

/** A backend of which only the servers differ. */
interface ServersChange {
  readonly change: string;
  /** All of them, in order. Two numbers: from that place so many of those that it had. */
  readonly servers: readonly (Server | readonly [from: number, count: number])[];
}

export const emptyModel: LbModel = {
  ...{ frontends: [], backends: [], certificates: [] },
  secrets: { cookieKey: '', ticketKeys: [] },
};

/** What has to be told to somebody who knows `former`. */
export function changeOf(former: LbModel, next: LbModel): ModelChange {
  const differing = <K extends keyof LbModel>(key: K) =>
    deepEqual(former[key], next[key]) ? undefined : (next[key] ?? 'nothing');
  return {
    frontends: differing('frontends') as ModelChange['frontends'],
    certificates: differing('certificates') as ModelChange['certificates'],
    secrets: differing('secrets') as ModelChange['secrets'],
    accessLog: differing('accessLog'),
    backends: backendsChange(former.backends, next.backends),
  };
}

/** The inverse: `changed(former, changeOf(former, next))` equals `next`. */
export function changed(former: LbModel, change: ModelChange): LbModel {
  const { accessLog = former.accessLog } = change;
  const backends = new Map(former.backends.map((backend) => [backend.name, backend]));
  return {
    frontends: change.frontends ?? former.frontends,
    certificates: change.certificates ?? former.certificates,
    secrets: change.secrets ?? former.secrets,
    accessLog: accessLog === 'nothing' ? undefined : accessLog,
    backends: change.backends?.map((one) => changedBackend(backends, one)) ?? former.backends,
  };
}

function backendsChange(former: readonly Backend[], next: readonly Backend[]): ModelChange['backends'] {
  const known = new Map(former.map((backend) => [backend.name, backend]));
  const change = next.map((backend) => backendChange(known.get(backend.name), backend));
  const isSame = next.length === former.length && change.every((one, i) => one === former[i]?.name);
  return isSame ? undefined : change;
}

function backendChange(former: Backend | undefined, next: Backend): string | Backend | ServersChange {
  if (!former) return next;
  const { servers, ...rest } = next;
  const { servers: _, ...formerRest } = former;
  if (!deepEqual(formerRest, rest)) return next;
  const change = serversChange(former.servers, servers);
  const [all] = change;
  const isSame =
    change.length === 1 && Array.isArray(all) && all[0] === 0 && all[1] === former.servers.length;
  return isSame || (change.length === 0 && former.servers.length === 0)
    ? next.name
    : { change: next.name, servers: change };
}

function serversChange(former: readonly Server[], next: readonly Server[]): ServersChange['servers'] {
  const places = new Map(former.map((server, place) => [server.id, place]));
  const change: (Server | [number, number])[] = [];
  for (const server of next) {
    const place = places.get(server.id);
    if (place === undefined || !deepEqual(former[place], server)) {
      change.push(server);
      continue;
    }
    const last = change.at(-1);
    if (Array.isArray(last) && last[0] + last[1] === place) last[1] += 1;
    else change.push([place, 1]);
  }
  return change;
}

function changedBackend(
  known: ReadonlyMap<string, Backend>,
  change: string | Backend | ServersChange,
): Backend {
  if (typeof change !== 'string' && !('change' in change)) return change;
  const name = typeof change === 'string' ? change : change.change;
  const former = known.get(name);
  if (!former) throw new Error(`a change of backend ${name}, which is not known`);
  if (typeof change === 'string') return former;
  const servers = change.servers.flatMap((one) =>
    isRange(one) ? former.servers.slice(one[0], one[0] + one[1]) : [one],
  );
  return { ...former, servers };
}

function isRange(one: Server | readonly [number, number]): one is readonly [number, number] {
  return Array.isArray(one);
}
