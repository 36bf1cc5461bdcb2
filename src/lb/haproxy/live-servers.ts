// The servers that a running process has, as far as we told it: what differs from what is wanted becomes commands of its runtime API.

import type { Problem } from '../engine.ts';
import type { Server } from '../model.ts';
import { addCommand, type Entry } from './config/server-line.ts';
import type { Admin } from './entries.ts';
import { proxyName } from './names.ts';
import type { RuntimeApi } from './runtime-api.ts';

export interface WantedEntry {
  readonly entry: Entry;
  readonly admin: Admin;
}

/** By the name of the backend in the model. */
export type WantedServers = ReadonlyMap<string, readonly WantedEntry[]>;

interface Live {
  entry: Entry;
  /** Undefined: not known. */
  admin: Admin | undefined;
  /** In maintenance, and deleted as soon as nobody uses it any more. */
  isLeaving: boolean;
  /** The last turn that wanted it. */
  turn: number;
}

interface LiveBackend {
  readonly name: string;
  /** Inside of HAProxy. */
  readonly proxy: string;
  /** By the name of the entry. */
  readonly servers: Map<string, Live>;
}

/** Names of entries by that of their backend, both inside of HAProxy. */
export type Touched = ReadonlyMap<string, ReadonlySet<string>>;

export class LiveServers {
  readonly #api: RuntimeApi;
  /** By the name of the backend in the model. */
  readonly #backends = new Map<string, LiveBackend>();
  readonly #leaving = new Map<Live, LiveBackend>();
  #touched = new Map<string, Set<string>>();
  #turn = 0;

  /** `wanted` is what its configuration has, with states that may not be those. */
  constructor(api: RuntimeApi, wanted: WantedServers) {
    this.#api = api;
    for (const [name, entries] of wanted) {
      const live = entries.map(({ entry }): [string, Live] => [entry.name, liveOf(entry, undefined)]);
      this.#backends.set(name, { name, proxy: proxyName(name), servers: new Map(live) });
    }
  }

  /** The server behind an entry, by the names of the model and of the entry. Undefined: there is none, or it is on its way out. */
  serverOf(backend: string, entry: string): Server | undefined {
    const live = this.#backends.get(backend)?.servers.get(entry);
    return live?.isLeaving ? undefined : live?.entry.server;
  }

  /** Of those of the entries that are there and stay, all of a backend by the names of the model. */
  numbersOf(backend: string, entries: Iterable<string>): number[] {
    const servers = this.#backends.get(backend)?.servers;
    const live = [...entries].map((entry) => servers?.get(entry));
    return live.flatMap((one) => (one && !one.isLeaving ? one.entry.number : []));
  }

  /** What was told to be another way since the last call. */
  takeTouched(): Touched {
    const touched = this.#touched;
    this.#touched = new Map();
    return touched;
  }

  /** Backends that the process does not have, and servers that it cannot have as they are wanted, are left alone: they need another one. */
  async sync(wanted: WantedServers): Promise<Problem[]> {
    const jobs = [...wanted].flatMap(([name, entries]) => {
      const backend = this.#backends.get(name);
      return backend ? this.#syncBackend(backend, entries) : [];
    });
    const problems = await Promise.all(jobs);
    return problems.filter((problem) => problem !== undefined);
  }

  /** Tries to delete what has left. */
  async sweep(): Promise<void> {
    const gone = [...this.#leaving].map(async ([live, { proxy, servers }]) => {
      const { name } = live.entry;
      const answer = await this.#api.send(`del server ${proxy}/${name}`);
      // What is still in use is refused, and tried again.
      if (!/deleted|No such server/i.test(answer)) return;
      this.#leaving.delete(live);
      servers.delete(name);
    });
    await Promise.all(gone);
  }

  // Of a thousand servers a few differ: the others must not cost more than a look.
  #syncBackend(backend: LiveBackend, wanted: readonly WantedEntry[]): Promise<Problem | undefined>[] {
    const turn = ++this.#turn;
    const jobs: Promise<Problem | undefined>[] = [];
    for (const { entry, admin } of wanted) {
      const live = backend.servers.get(entry.name);
      if (live) live.turn = turn;
      if (live && live.entry === entry && live.admin === admin && !live.isLeaving) continue;
      jobs.push(live ? this.#change(backend, live, entry, admin) : this.#add(backend, entry, admin));
    }
    for (const live of backend.servers.values()) {
      if (live.turn !== turn && !live.isLeaving) jobs.push(this.#remove(backend, live));
    }
    return jobs;
  }

  async #add(backend: LiveBackend, entry: Entry, admin: Admin): Promise<Problem | undefined> {
    const live = liveOf(entry, admin, this.#turn);
    backend.servers.set(entry.name, live);
    const problem = await this.#carryOut(backend, entry, additions(backend.proxy, entry, admin));
    if (problem && backend.servers.get(entry.name) === live) backend.servers.delete(entry.name);
    return problem;
  }

  async #change(backend: LiveBackend, live: Live, entry: Entry, admin: Admin): Promise<Problem | undefined> {
    if (!isCompatible(live.entry, entry)) return undefined;
    const former = live.entry;
    const commands = changes(`${backend.proxy}/${entry.name}`, live, entry, admin);
    this.#leaving.delete(live);
    Object.assign(live, { entry, admin, isLeaving: false });
    const problem = await this.#carryOut(backend, entry, commands);
    if (!problem) return undefined;
    // It was on its way out, and deleted in between.
    if (!backend.servers.has(entry.name)) return this.#add(backend, entry, admin);
    // The next try starts from nothing that is believed of it.
    Object.assign(live, { entry: former, admin: undefined });
    return problem;
  }

  async #remove(backend: LiveBackend, live: Live): Promise<Problem | undefined> {
    this.#leaving.set(live, backend);
    Object.assign(live, { admin: 'maint', isLeaving: true });
    const { entry } = live;
    const name = `${backend.proxy}/${entry.name}`;
    const problem = await this.#carryOut(backend, entry, [`set server ${name} state maint`]);
    if (problem) live.admin = undefined;
    return problem;
  }

  async #carryOut(
    { name: subject, proxy }: LiveBackend,
    { name, server }: Entry,
    commands: readonly string[],
  ): Promise<Problem | undefined> {
    if (commands.length === 0) return undefined;
    const touched = this.#touched.get(proxy) ?? new Set();
    this.#touched.set(proxy, touched.add(name));
    try {
      const fine = /^(New server registered|.*changed|no need to change|.*port)/i;
      await Promise.all(commands.map((command) => this.#api.order(command, fine)));
      return undefined;
    } catch (error) {
      return { subject, kind: 'server', message: `${server.name}: ${(error as Error).message}` };
    }
  }
}

function liveOf(entry: Entry, admin: Admin | undefined, turn = 0): Live {
  return { entry, admin, isLeaving: false, turn };
}

function isCompatible(live: Entry, wanted: Entry): boolean {
  return live.fixed === wanted.fixed && live.number === wanted.number;
}

function additions(backend: string, entry: Entry, admin: Admin): string[] {
  const name = `${backend}/${entry.name}`;
  return [
    addCommand(backend, entry),
    // It is born in maintenance with its checks off.
    `enable health ${name}`,
    ...(entry.fixed.includes('agent-check') ? [`enable agent ${name}`] : []),
    ...(admin === 'maint' ? [] : [`set server ${name} state ${admin}`]),
  ];
}

function changes(name: string, live: Live, entry: Entry, admin: Admin): string[] {
  const { address, port, weight, maxconn } = live.entry;
  const moved = address !== entry.address || port !== entry.port;
  return [
    ...(moved ? [`set server ${name} addr ${entry.address} port ${entry.port}`] : []),
    ...(weight === entry.weight ? [] : [`set server ${name} weight ${entry.weight}`]),
    ...(maxconn === entry.maxconn ? [] : [`set maxconn server ${name} ${entry.maxconn}`]),
    ...(live.admin === admin ? [] : stateCommands(name, live.admin, admin)),
  ];
}

// Out of maintenance a server takes from the backend's queue at once; out of drain it would wait for the next request.
function stateCommands(name: string, before: Admin | undefined, admin: Admin): string[] {
  const through = before === 'drain' && admin === 'ready' ? [`set server ${name} state maint`] : [];
  return [...through, `set server ${name} state ${admin}`];
}
