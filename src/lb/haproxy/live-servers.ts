// The servers that a running process has, as far as we told it: what differs from what is wanted becomes commands of its runtime API.

import type { Problem } from '../engine.ts';
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
}

export class LiveServers {
  readonly #api: RuntimeApi;
  /** By the name of the backend in the model, then by that of the entry. */
  readonly #backends = new Map<string, Map<string, Live>>();
  /** In maintenance, and deleted as soon as nobody uses them any more: by backend, inside of HAProxy, and entry. */
  readonly #leaving = new Map<string, { backend: string; entry: string }>();

  /** `wanted` is what its configuration has, with states that may not be those. */
  constructor(api: RuntimeApi, wanted: WantedServers) {
    this.#api = api;
    for (const [backend, entries] of wanted) {
      const live = entries.map(({ entry }): [string, Live] => [entry.name, { entry, admin: undefined }]);
      this.#backends.set(backend, new Map(live));
    }
  }

  get hasLeaving(): boolean {
    return this.#leaving.size > 0;
  }

  /** Backends that the process does not have, and servers that it cannot have as they are wanted, are left alone: they need another one. */
  async sync(wanted: WantedServers): Promise<Problem[]> {
    const jobs = [...wanted].flatMap(([backend, entries]) => this.#syncBackend(backend, entries));
    const problems = await Promise.all(jobs);
    return problems.filter((problem) => problem !== undefined);
  }

  /** Tries to delete what has left. */
  async sweep(): Promise<void> {
    const gone = [...this.#leaving].map(async ([key, { backend, entry }]) => {
      const answer = await this.#api.send(`del server ${key}`);
      // What is still in use is refused, and tried again.
      if (!/deleted|No such server/i.test(answer)) return;
      this.#leaving.delete(key);
      this.#backends.get(backend)?.delete(entry);
    });
    await Promise.all(gone);
  }

  #syncBackend(backend: string, wanted: readonly WantedEntry[]): Promise<Problem | undefined>[] {
    const live = this.#backends.get(backend);
    if (!live) return [];
    const names = new Set(wanted.map(({ entry }) => entry.name));
    const unwanted = [...live.values()].filter(({ entry }) => !names.has(entry.name));
    return [
      ...wanted.map((one) => this.#carryOut(backend, one.entry, this.#commandsFor(backend, live, one))),
      ...unwanted.map(({ entry }) => this.#remove(backend, live, entry)),
    ];
  }

  #commandsFor(backend: string, live: Map<string, Live>, { entry, admin }: WantedEntry): string[] {
    const known = live.get(entry.name);
    if (known && !isCompatible(known.entry, entry)) return [];
    const name = `${proxyName(backend)}/${entry.name}`;
    this.#leaving.delete(name);
    live.set(entry.name, { entry, admin });
    return known ? changes(name, known, entry, admin) : additions(proxyName(backend), entry, admin);
  }

  #remove(backend: string, live: Map<string, Live>, entry: Entry): Promise<Problem | undefined> {
    const name = `${proxyName(backend)}/${entry.name}`;
    if (this.#leaving.has(name)) return Promise.resolve(undefined);
    this.#leaving.set(name, { backend, entry: entry.name });
    live.set(entry.name, { entry, admin: 'maint' });
    return this.#carryOut(backend, entry, [`set server ${name} state maint`]);
  }

  async #carryOut(
    backend: string,
    { name, server }: Entry,
    commands: string[],
  ): Promise<Problem | undefined> {
    try {
      await Promise.all(
        commands.map((command) =>
          this.#api.order(command, /^(New server registered|.*changed|no need to change|.*port)/i),
        ),
      );
      return undefined;
    } catch (error) {
      // The next try starts from nothing that is believed of it.
      const live = this.#backends.get(backend)?.get(name);
      if (live) live.admin = undefined;
      return { subject: backend, kind: 'server', message: `${server.name}: ${(error as Error).message}` };
    }
  }
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
