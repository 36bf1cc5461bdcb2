// One server of a backend, as a line of the configuration and as a command of the runtime API: the same words in both.

import { hostAndPort } from '../../../api/host-and-port.ts';
import type { Backend, Check, Server } from '../../model.ts';
import { serverName, twinName } from '../names.ts';
import { duration } from './quoting.ts';

/** An entry of a backend inside of HAProxy. A backup has two where a rule calls it in: BALANCER's rule of backups. */
export interface Entry {
  readonly name: string;
  readonly server: Server;
  readonly kind: 'primary' | 'backup' | 'twin';
  /** For hash and order. */
  readonly number: number;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  /** 0: no limit. */
  readonly maxconn: number;
  /** What cannot be changed while it is there. */
  readonly fixed: string;
}

export type EntryKind = Entry['kind'];

/** Never reached by failed checks: without a check only traffic takes a server out. */
const nothingButTraffic = 1_000_000;

export function entryOf(backend: Backend, server: Server, kind: EntryKind, number: number): Entry {
  const maxconn = server.maxconn ?? backend.maxconn ?? 0;
  return {
    name: kind === 'twin' ? twinName(server) : serverName(server),
    ...{ server, kind, number, maxconn, address: server.address, port: server.port, weight: server.weight },
    fixed: [...fixedWords(backend, kind), ...agentWeight(backend, server)].join(' '),
  };
}

/** Of every server of that kind: part of what a running process cannot change. */
export function fixedWords(backend: Backend, kind: EntryKind): string[] {
  const mayStartSlowly = kind === 'primary' || backend.backup?.slowstart === true;
  return [
    ...checkWords(backend),
    ...agentWords(backend.check),
    ...(backend.minconn === undefined ? [] : [`minconn ${backend.minconn}`]),
    ...(backend.slowstartMs && mayStartSlowly ? [`slowstart ${duration(backend.slowstartMs)}`] : []),
    ...(kind === 'backup' ? ['backup'] : []),
    'pool-purge-delay 2s',
  ];
}

export function configLine(entry: Entry, disabled: boolean): string {
  return `server ${entry.name} ${wordsOf(entry)}${disabled ? ' disabled' : ''}`;
}

/** The server is born in maintenance, its checks off. */
export function addCommand(backend: string, entry: Entry): string {
  return `add server ${backend}/${entry.name} ${wordsOf(entry)}`;
}

function wordsOf(entry: Entry): string {
  const { address, port, number, weight, maxconn, fixed } = entry;
  const limit = maxconn > 0 ? ` maxconn ${maxconn}` : '';
  return `${hostAndPort(address, port)} id ${number} weight ${weight}${limit} ${fixed}`;
}

// A refused connection ejects at once, inside of HAProxy; failures of other kinds are counted outside of it (ejections.ts).
function checkWords({ check, observe }: Backend): string[] {
  const pace = check ?? {
    ...{ interMs: observe.ejectForMs, rise: 1, fall: nothingButTraffic, port: undefined },
  };
  return [
    `check inter ${duration(pace.interMs)} rise ${pace.rise} fall ${pace.fall}`,
    ...(pace.port === undefined ? [] : [`port ${pace.port}`]),
    'observe layer4 error-limit 1 on-error mark-down',
  ];
}

// What an agent says is a share of the weight that the server came with, not of what it was set to later.
function agentWeight({ check }: Backend, { weight }: Server): string[] {
  return check?.agent ? [`weight ${weight}`] : [];
}

function agentWords(check: Check | undefined): string[] {
  const agent = check?.agent;
  return agent ? [`agent-check agent-port ${agent.port} agent-inter ${duration(agent.interMs)}`] : [];
}
