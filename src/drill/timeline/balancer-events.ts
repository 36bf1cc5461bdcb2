// What two looks at the balancer's statistics tell happened between them. Pure.

import { counted } from '../counted.ts';
import { asIs, type Told, told } from '../told.ts';
import type { Look } from './balancer-view.ts';
import type { ClockOffsets, Moment } from './clock-offsets.ts';
import { type BackendStatistics, isBackendOf, type ServerStatistics } from './statistics.ts';
import type { TimelineEvent } from './timeline.ts';

export interface BalancerEventOptions {
  readonly service: { readonly namespace: string; readonly name: string };
  readonly clocks: ClockOffsets;
  /** The balancer's stamps are milliseconds; HAProxy counts seconds, and the looks are closer together than that. */
  readonly hasExactStamps: boolean;
}

/** In no particular order. Of the target's backends only. `before` undefined: of the first look it is told which backups serve already. */
export function balancerEvents(
  before: Look | undefined,
  after: Look,
  options: BalancerEventOptions,
): TimelineEvent[] {
  return before ? changesBetween(before, after, options) : firstSeen(after, options);
}

function firstSeen(look: Look, options: BalancerEventOptions): TimelineEvent[] {
  const when = () => middle(look.from, look.to);
  const own = look.statistics.backends.filter(({ name }) => isBackendOf(name, options.service));
  return own
    .filter(({ backupsActive }) => backupsActive > 0)
    .flatMap((backend) => backendEvents({ ...backend, backupsActive: 0 }, backend, when));
}

function changesBetween(before: Look, after: Look, options: BalancerEventOptions): TimelineEvent[] {
  const when = (stamp?: number) => momentIn(before, after, options, stamp);
  const events: TimelineEvent[] = [];
  const { epoch, startedAt } = after.statistics;
  const isNewEngine = epoch !== before.statistics.epoch;
  if (isNewEngine) {
    const text = 'the engine of the balancer was started anew';
    events.push({ ...when(startedAt), source: 'balancer', type: 'engine', epoch, text });
  }
  const own = ({ statistics }: Look) =>
    statistics.backends.filter(({ name }) => isBackendOf(name, options.service));
  const earlier = new Map(own(before).map((backend) => [backend.name, backend]));
  for (const backend of own(after)) {
    const was = earlier.get(backend.name);
    if (was) events.push(...backendEvents(was, backend, when));
  }
  return events;
}

type When = (stamp?: number) => Moment;

function backendEvents(was: BackendStatistics, is: BackendStatistics, when: When): TimelineEvent[] {
  const events = serverEvents(was, is, when);
  const { name: subject, backupsActive: active, backupsWanted: wanted, sorry: due } = is;
  const shared = { ...when(), source: 'balancer', subject } as const;
  if (active !== was.backupsActive || wanted !== was.backupsWanted) {
    const text = `${counted(active, 'backup serves', 'backups serve')}, ${counted(wanted, 'is', 'are')} wanted`;
    events.push({ ...shared, type: 'backups', active, wanted, text });
  }
  if (due !== was.sorry) {
    events.push({
      ...shared,
      type: 'sorry',
      due,
      text: due ? 'the sorry page is due' : 'the sorry page is over',
    });
  }
  return events;
}

function serverEvents(was: BackendStatistics, is: BackendStatistics, when: When): TimelineEvent[] {
  const earlier = new Map(was.servers.map((server) => [server.id, server]));
  const present = new Set(is.servers.map(({ id }) => id));
  const gone = was.servers.filter(({ id }) => !present.has(id));
  return [
    ...is.servers.flatMap((server) => serverChange(earlier.get(server.id), server, when) ?? []),
    ...gone
      .filter(isUsable)
      .map((server) => serverEvent('server-out', server, 'is not a server any more', when())),
  ];
}

function serverChange(
  was: ServerStatistics | undefined,
  server: ServerStatistics,
  when: When,
): TimelineEvent | undefined {
  const stamp = was && was.changedAt !== server.changedAt ? server.changedAt : undefined;
  if (server.state === 'departing' && was?.state !== 'departing') {
    return serverEvent('server-departing', server, 'gets no new requests', when());
  }
  const [before, now] = [was !== undefined && isUsable(was), isUsable(server)];
  if (before === now) return undefined;
  if (now) return serverEvent('server-in', server, 'is used', when(stamp));
  const why = reasonOf(server);
  return { ...serverEvent('server-out', server, `is not used: ${why.en}`, when(stamp)), ...{ why } };
}

/** A backup that nobody needs is usable as well. */
function isUsable({ role, active, state, health, ejected }: ServerStatistics): boolean {
  return role === 'primary' ? active : state === 'ready' && health !== 'down' && !ejected;
}

function reasonOf({ state, health, ejected }: ServerStatistics): Told {
  if (ejected) return told('ejected for errors of its traffic', 'expulsado por errores de su tráfico');
  if (health === 'down') return told('its checks fail', 'sus comprobaciones fallan');
  if (state === 'ready') return told('it is not active', 'no está activo');
  return state === 'departing' ? told('departing', 'se va') : asIs(state);
}

function serverEvent(
  type: 'server-out' | 'server-in' | 'server-departing',
  { id, name, node }: ServerStatistics,
  what: string,
  moment: Moment,
): TimelineEvent {
  return {
    ...{ ...moment, source: 'balancer', type, text: `server ${name} ${what}`, subject: name, podUid: id },
    ...(node === undefined ? {} : { node }),
  };
}

/** Between the two looks; a stamp narrows that down where it agrees with it. */
function momentIn(before: Look, after: Look, options: BalancerEventOptions, stamp?: number): Moment {
  const looks = { from: before.from, to: after.to };
  const told = stamp !== undefined && options.hasExactStamps ? options.clocks.momentOf(stamp) : undefined;
  if (!told) return middle(looks.from, looks.to);
  const from = Math.max(looks.from, told.at - told.uncertaintyMs);
  const to = Math.min(looks.to, told.at + told.uncertaintyMs);
  return from <= to ? middle(from, to) : middle(looks.from, looks.to);
}

function middle(from: number, to: number): Moment {
  return { at: (from + to) / 2, uncertaintyMs: (to - from) / 2 };
}
