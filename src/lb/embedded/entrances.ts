// All ways in of one worker: its frontends, and the binds that lead to them, as the newest model has them.

import { closeSync } from 'node:fs';
import { bindKey } from '../binds.ts';
import type { Problem } from '../engine.ts';
import type { Bind, Frontend } from '../model.ts';
import type { AcceptBalance } from './accept-balance.ts';
import { BindServer } from './bind-server.ts';
import type { Entrance, PortRefused } from './engine-messages.ts';
import { ServedFrontend } from './served-frontend.ts';
import { CertificateShelf } from './tls/certificate-shelf.ts';
import type { WorkerTools } from './worker-tools.ts';

export interface EntrancesOptions {
  readonly tools: WorkerTools;
  /** See connection-slots.ts. */
  readonly connections: SharedArrayBuffer;
  readonly balance: AcceptBalance;
  onRefused(refused: PortRefused): void;
}

interface Way {
  readonly bind: Bind;
  readonly frontend: ServedFrontend;
}

export class Entrances {
  readonly #options: EntrancesOptions;
  readonly #shelf = new CertificateShelf();
  readonly #frontends = new Map<string, ServedFrontend>();
  /** Not in the model any more; what they have left goes on. */
  readonly #leaving = new Set<Promise<void>>();
  readonly #servers = new Map<string, BindServer>();
  /** Descriptors that came before the model that wants them. */
  readonly #early = new Map<string, number>();
  #ways: ReadonlyMap<string, Way> = new Map();

  constructor(options: EntrancesOptions) {
    this.#options = options;
  }

  /** The backends of the same model are known already. Resolves when it is listened everywhere, or it is told where that is impossible. */
  async update({ frontends, certificates, secrets, slots }: Entrance): Promise<Problem[]> {
    const problems = this.#shelf.update(certificates, secrets.ticketKeys);
    this.#dismiss(frontends);
    for (const frontend of frontends) this.#serve(frontend, slots[frontend.name]);
    this.#ways = this.#waysTo(frontends);
    for (const [key, server] of this.#servers) this.#redirect(key, server);
    const taken = [...this.#early].map(([key, fd]) => this.#take(key, fd));
    this.#early.clear();
    await Promise.all(taken);
    return problems;
  }

  /** A descriptor of a bound port for a bind of the model in force, or of the next one. */
  open(key: string, fd: number): void {
    if (this.#ways.has(key)) void this.#take(key, fd);
    else this.#early.set(key, fd);
  }

  /** Takes nothing more. Resolves when all connections have ended. */
  async drain(): Promise<void> {
    for (const server of this.#servers.values()) server.close();
    this.#servers.clear();
    this.#dismiss([]);
    await Promise.all(this.#leaving);
  }

  #serve(frontend: Frontend, slot: number | undefined): void {
    const { name } = frontend;
    const { tools, connections } = this.#options;
    const served = this.#frontends.get(name);
    if (served) served.update(frontend, slot);
    else this.#frontends.set(name, new ServedFrontend(frontend, tools, connections, slot));
  }

  /** Those that are not among these, or have become something else. */
  #dismiss(frontends: readonly Frontend[]): void {
    const modes = new Map(frontends.map(({ name, mode }) => [name, mode]));
    for (const [name, served] of this.#frontends) {
      if (modes.get(name) === served.frontend.mode) continue;
      this.#frontends.delete(name);
      const leaving: Promise<void> = served.drain().finally(() => this.#leaving.delete(leaving));
      this.#leaving.add(leaving);
    }
  }

  /** Of two that want the same bind the first has it: see wantedBinds(). */
  #waysTo(frontends: readonly Frontend[]): Map<string, Way> {
    const ways = new Map<string, Way>();
    for (const { name, binds } of frontends.toReversed()) {
      const frontend = this.#frontends.get(name);
      if (!frontend) continue;
      for (const bind of binds) ways.set(bindKey(bind), { bind, frontend });
    }
    return ways;
  }

  #redirect(key: string, server: BindServer): void {
    const way = this.#ways.get(key);
    if (way) {
      server.serve(way.bind, way.frontend);
      return;
    }
    this.#servers.delete(key);
    server.close();
  }

  async #take(key: string, fd: number): Promise<void> {
    const way = this.#ways.get(key);
    if (!way) return closeSync(fd);
    this.#servers.get(key)?.close();
    const server = new BindServer(fd, this.#shelf, this.#options.balance, way.bind, way.frontend);
    this.#servers.set(key, server);
    const code = await server.opened;
    if (code === undefined) return;
    if (this.#servers.get(key) === server) this.#servers.delete(key);
    this.#options.onRefused({ refusedPort: key, code });
  }
}
