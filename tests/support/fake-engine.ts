// An engine that moves no traffic: it remembers the models it was given, and says what a test wants it to say.

import { Subscribable } from '../../src/base/subscribable.ts';
import type {
  BackendStats,
  EngineEvent,
  EngineStats,
  LbEngine,
  Problem,
  ServerStats,
} from '../../src/lb/engine.ts';
import type { Backend, Bind, LbModel, Server } from '../../src/lb/model.ts';
import { noOutcomes } from '../../src/lb/outcome.ts';

const traffic = { requests: 0, bytesIn: 0, bytesOut: 0, statusClasses: [0, 0, 0, 0, 0, 0] };
const faults = { retries: 0, redispatches: 0, connectErrors: 0, responseErrors: 0 };

export class FakeEngine implements LbEngine {
  readonly pid = 1;
  readonly name = 'embedded';
  readonly events = new Subscribable<EngineEvent>();
  /** Every model, in order. */
  readonly models: LbModel[] = [];
  /** Servers that something is under way to, by id. */
  readonly busy = new Map<string, number>();
  /** What apply() resolves with; an Error is what it rejects with. */
  verdict: (model: LbModel) => readonly Problem[] | Error = () => [];
  /** Whether it says at once that departing servers have been left. */
  leavesAtOnce = true;
  readonly #wanted = new Map<string, number>();

  get model(): LbModel | undefined {
    return this.models.at(-1);
  }

  async apply(model: LbModel): Promise<readonly Problem[]> {
    const verdict = this.verdict(model);
    if (verdict instanceof Error) throw verdict;
    this.models.push(model);
    if (this.leavesAtOnce) this.leave();
    return verdict;
  }

  async stats(): Promise<EngineStats> {
    const backends = (this.model?.backends ?? []).map((backend) => this.#backend(backend));
    return { epoch: '1', startedAt: 0, pid: 1, frontends: [], backends, unknown: 0 };
  }

  async close(): Promise<void> {}

  /** Departing servers of the newest model have been left, as far as nothing is under way to them. */
  leave(): void {
    for (const { name: backend, servers } of this.model?.backends ?? []) {
      for (const { id: server, state } of servers) {
        if (state !== 'departing' || this.busy.get(server)) continue;
        this.events.emit({ type: 'departed', backend, server, at: Date.now() });
      }
    }
  }

  /** Asks for so many backups. */
  want(backend: string, wanted: number): void {
    this.#wanted.set(backend, wanted);
    this.events.emit({ type: 'backups', backend, active: 0, wanted, reason: 'test', at: Date.now() });
  }

  backend(name: string): Backend | undefined {
    return this.model?.backends.find((backend) => backend.name === name);
  }

  /** `address:port` of each bind of a frontend, with `!` behind those outside. */
  binds(frontend: string): string[] {
    const found = this.model?.frontends.find(({ name }) => name === frontend)?.binds ?? [];
    return found.map(({ address, port, outside }: Bind) => `${address}:${port}${outside ? '!' : ''}`);
  }

  #backend({ name, servers }: Backend): BackendStats {
    return {
      ...{
        name,
        inFlight: 0,
        mostInFlight: 0,
        queued: 0,
        mostQueued: 0,
        bins: noOutcomes,
        load: { demand: 0 },
      },
      ...{
        ...traffic,
        ...faults,
        backupsActive: 0,
        backupsWanted: this.#wanted.get(name) ?? 0,
        sorry: false,
      },
      servers: servers.map((server) => this.#server(server)),
    };
  }

  #server({ id, name, address, port, node, role, state, weight }: Server): ServerStats {
    const inFlight = this.busy.get(id) ?? 0;
    return {
      ...{ id, name, address, port, role, state, weight, inFlight, ...(node ? { node } : {}) },
      ...{ ...traffic, ...faults, health: 'unchecked', ejected: false, active: state === 'ready' },
      ...{ mostInFlight: 0, queued: 0, aborted: 0, checksFailed: 0, timesDown: 0, changedAt: 0, downMs: 0 },
    };
  }
}
