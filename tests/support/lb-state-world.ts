// The shared state of the embedded engine with workers in the same thread, with time that is moved by hand and checks that say what they shall.

import type { AgentReply } from '../../src/lb/checks/agent-reply.ts';
import type { Ask, Dispatch, Grant, Refusal } from '../../src/lb/embedded/dispatch.ts';
import type { ProbeResult } from '../../src/lb/embedded/state/control/probe.ts';
import { SharedState } from '../../src/lb/embedded/state/shared-state.ts';
import { WorkerState } from '../../src/lb/embedded/state/worker-state.ts';
import type { BackendStats, EngineEvent, ServerStats } from '../../src/lb/engine.ts';
import type { Backend, Frontend, LbModel, Server } from '../../src/lb/model.ts';
import { FakeClock } from './fake-clock.ts';

export function exampleServer(id: string, fields: Partial<Server> = {}): Server {
  const [role, state] = ['primary', 'ready'] as const;
  return { id, name: id, address: '127.0.0.1', port: 80, role, weight: 1, state, ...fields };
}

export function exampleBackend(servers: readonly Server[], fields: Partial<Backend> = {}): Backend {
  return {
    ...{ name: 'web', mode: 'http', balance: 'roundrobin', servers, drainMs: 30_000 },
    observe: { failures: 3, ejectForMs: 2_000, maxEjected: 0.5 },
    retries: { attempts: 2, redispatch: true },
    queue: { timeoutMs: 2_000, max: 1_000 },
    sorry: { retryAfterSeconds: 5, variants: [] },
    timeouts: { connectMs: 1_000, serverMs: 30_000, tunnelMs: 3_600_000 },
    ...fields,
  };
}

export function exampleModel(backends: readonly Backend[], frontends: readonly Frontend[] = []): LbModel {
  const secrets = { cookieKey: Buffer.alloc(32, 7).toString('base64'), ticketKeys: [] };
  return { frontends, backends, certificates: [], secrets };
}

export function exampleFrontend(name: string): Frontend {
  return {
    ...{ name, mode: 'http', binds: [], routes: [], trustedProxies: [], proxyProtocolFrom: [] },
    limits: { headBytes: 16_384, headers: 100 },
    timeouts: { clientMs: 30_000, idleMs: 60_000 },
  };
}

/** What an ask has heard; `grant` or `refusal` once it has. */
export class TestAsk implements Ask {
  readonly clientAddress: string;
  readonly persisted?: string;
  readonly failedOn: readonly string[];
  readonly since: number;
  grant?: Grant;
  refusal?: Refusal;
  /** How often it has heard something. */
  told = 0;
  onGranted = () => {};

  constructor(since: number, fields: Partial<Ask> = {}) {
    this.since = since;
    this.clientAddress = fields.clientAddress ?? '10.0.0.1';
    this.persisted = fields.persisted;
    this.failedOn = fields.failedOn ?? [];
  }

  granted(grant: Grant): void {
    this.told++;
    this.grant = grant;
    this.onGranted();
  }

  refused(refusal: Refusal): void {
    this.told++;
    this.refusal = refusal;
  }
}

export class LbStateWorld {
  readonly clock = new FakeClock();
  readonly events: EngineEvent[] = [];
  readonly shared: SharedState;
  readonly workers: WorkerState[];
  /** By port; good where nothing is said. */
  readonly checks = new Map<number, ProbeResult['status']>();
  readonly agents = new Map<number, AgentReply>();
  probes = 0;
  #model: LbModel;

  constructor(backend: Backend | LbModel, workers = 2) {
    const commonMs = () => this.clock.monotonic();
    this.#model = 'backends' in backend ? backend : exampleModel([backend]);
    this.shared = new SharedState({
      ...{ workers, clock: this.clock, commonMs },
      probe: async ({ port }) => {
        this.probes++;
        const status = this.checks.get(port) ?? 'L4OK';
        return { isGood: status.endsWith('OK'), status, tookMs: 1, reason: status };
      },
      askAgent: async (_address, port) => this.agents.get(port),
    });
    this.shared.events.subscribe((event) => void this.events.push(event));
    this.shared.plan(this.#model);
    const time = { clock: this.clock, commonMs, now: commonMs };
    // A clone, as between threads; shared memory stays shared.
    this.workers = Array.from(
      { length: workers },
      (_, worker) => new WorkerState(structuredClone(this.shared.workerInit(worker)), time),
    );
  }

  dispatch(worker = 0, backend = 'web'): Dispatch {
    const dispatch = this.workers[worker]?.dispatch(backend);
    if (!dispatch) throw new Error(`worker ${worker} has no backend ${backend}`);
    return dispatch;
  }

  /** Asks, and keeps what came of it at once. */
  ask(worker = 0, fields: Partial<Ask> = {}): TestAsk {
    const ask = new TestAsk(this.clock.monotonic(), fields);
    const answer = this.dispatch(worker).ask(ask);
    if (answer === 'waiting') return ask;
    if ('slot' in answer) ask.grant = answer;
    else ask.refusal = answer;
    return ask;
  }

  /** A request that is answered at once; returns who had it. */
  pass(worker = 0, fields: Partial<Ask> = {}, status = 200): string {
    const { grant, refusal } = this.ask(worker, fields);
    if (!grant) return refusal?.outcome ?? 'waiting';
    this.dispatch(worker).release(grant, { type: 'answered', status });
    return grant.serverId;
  }

  apply(backend: Backend | LbModel): void {
    this.#model = 'backends' in backend ? backend : exampleModel([backend], this.#model.frontends);
    const plan = this.shared.plan(this.#model);
    for (const worker of this.workers) worker.update(structuredClone(plan));
  }

  /** Lets what was rung for be heard, and what was asked be answered. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Moves time on in steps, and lets everybody react in between. */
  async advance(ms: number, stepMs = 50): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(left, stepMs));
      await this.settled();
    }
  }

  backend(name = 'web'): BackendStats {
    const found = this.shared.stats().backends.find((backend) => backend.name === name);
    if (!found) throw new Error(`no backend ${name}`);
    return found;
  }

  server(id: string): ServerStats {
    const found = this.backend().servers.find((server) => server.id === id);
    if (!found) throw new Error(`no server ${id}`);
    return found;
  }

  /** Of one type, as short texts. */
  told(type: EngineEvent['type']): string[] {
    return this.events.filter((event) => event.type === type).map(brief);
  }

  close(): void {
    for (const worker of this.workers) worker.close();
    this.shared.close();
  }
}

function brief(event: EngineEvent): string {
  if (event.type === 'server') return `${event.server} ${event.change}`;
  if (event.type === 'backups') return `${event.active} of ${event.wanted}`;
  if (event.type === 'sorry') return `${event.due}`;
  return event.type === 'departed' ? event.server : event.type;
}
