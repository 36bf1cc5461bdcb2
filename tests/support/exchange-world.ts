// The HTTP data path of one worker with a dispatch that keeps books: each grant has to be released once, each request to end once. What is
// left open when the test is over fails it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { TestContext } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { Subscribable } from '../../src/base/subscribable.ts';
import type {
  Ask,
  Dispatch,
  EndedRequest,
  FrontendCounters,
  Grant,
  LostServer,
  Observation,
  Refusal,
} from '../../src/lb/embedded/dispatch.ts';
import { HttpFrontend } from '../../src/lb/embedded/exchange/http-frontend.ts';
import type { RequestLog } from '../../src/lb/embedded/worker-tools.ts';
import type { Backend, Frontend, SorryPage } from '../../src/lb/model.ts';
import type { Outcome } from '../../src/lb/outcome.ts';
import { eventually } from './eventually.ts';
import { backendName, backendOf, frontendOf } from './lb/models.ts';
import { RawConnection } from './raw-connection.ts';

export class CheckingDispatch implements Dispatch {
  backend: Backend;
  readonly lost = new Subscribable<LostServer>();
  readonly asked: Ask[] = [];
  readonly waiting: Ask[] = [];
  readonly cancelled: Ask[] = [];
  readonly seen: string[] = [];
  readonly over: EndedRequest[] = [];
  /** Whether asks wait. */
  holds = false;
  /** Given to all instead of a server. */
  refusal: Refusal | undefined;
  readonly open = new Set<Grant>();
  readonly #ports: readonly number[];
  #turn = 0;

  constructor(ports: readonly number[], backend: Partial<Backend> = {}) {
    this.#ports = ports;
    this.backend = backendOf([], backend);
  }

  serverOfCookie(value: string): string | undefined {
    const slot = Number(/^cookie-server-0(\d)$/.exec(value)?.[1]);
    return this.#ports[slot] === undefined ? undefined : `server-${slot}`;
  }

  cookieOf({ slot }: Grant): string {
    return `cookie-server-0${slot}`;
  }

  ask(ask: Ask): Grant | Refusal | 'waiting' {
    this.asked.push(ask);
    if (this.refusal) return this.refusal;
    if (!this.holds) return this.grant(ask);
    this.waiting.push(ask);
    return 'waiting';
  }

  /** A server that it has not failed on, in turn. */
  grant(ask: Ask): Grant {
    const slots = this.#ports.map((_, slot) => slot);
    const fresh = slots.filter((slot) => !ask.failedOn.includes(`server-${slot}`));
    const among = fresh.length > 0 ? fresh : slots;
    const persisted = among.find((slot) => `server-${slot}` === ask.persisted);
    const slot = persisted ?? (among[this.#turn++ % among.length] as number);
    const [serverId, port] = [`server-${slot}`, this.#ports[slot] as number];
    const moved = ask.persisted !== undefined && persisted === undefined;
    const grant = { slot, serverId, serverName: serverId, address: '127.0.0.1', port, queuedMs: 0, moved };
    this.open.add(grant);
    return grant;
  }

  cancel(ask: Ask): void {
    this.cancelled.push(ask);
  }

  release(grant: Grant, seen: Observation): void {
    assert.ok(this.open.delete(grant), 'released twice, or never granted');
    this.seen.push(seen.type === 'answered' ? String(seen.status) : seen.type);
  }

  ended(request: EndedRequest): void {
    this.over.push(request);
  }
}

class CheckingCounters implements FrontendCounters {
  connections = 0;
  began = 0;
  tunnelled = { bytesIn: 0, bytesOut: 0 };
  readonly outcomes: Outcome[] = [];
  readonly statuses: number[] = [];

  connectionOpened(): void {
    this.connections++;
  }

  connectionClosed(): void {
    this.connections--;
  }

  requestBegan(): void {
    this.began++;
  }

  requestEnded(outcome: Outcome, status: number): void {
    this.outcomes.push(outcome);
    this.statuses.push(status);
  }

  moved(bytesIn: number, bytesOut: number): void {
    this.tunnelled = {
      bytesIn: this.tunnelled.bytesIn + bytesIn,
      bytesOut: this.tunnelled.bytesOut + bytesOut,
    };
  }
}

export interface WorldOptions {
  readonly servers?: readonly number[];
  readonly backend?: Partial<Backend>;
  readonly frontend?: Partial<Frontend>;
  readonly log?: RequestLog;
}

export class ExchangeWorld {
  readonly dispatch: CheckingDispatch;
  readonly counters = new CheckingCounters();
  readonly frontend: HttpFrontend;
  port = 0;

  private constructor(options: WorldOptions) {
    const { counters } = this;
    const dispatch = new CheckingDispatch(options.servers ?? [], options.backend);
    this.dispatch = dispatch;
    let ids = 0;
    this.frontend = new HttpFrontend(frontendOf(1, options.frontend), {
      state: {
        dispatch: (name) => (name === backendName ? dispatch : undefined),
        frontend: () => counters,
        connections: 1,
      },
      log: options.log,
      secrets: { cookieKey: '', ticketKeys: [] },
      clock: systemClock,
      requestId: () => `request-${++ids}`,
    });
  }

  static async open(t: TestContext, options: WorldOptions = {}): Promise<ExchangeWorld> {
    const world = new ExchangeWorld(options);
    const bind = { address: '127.0.0.1', port: 80 };
    const server = createServer({ pauseOnConnect: true }, (socket) =>
      world.frontend.accept(socket, { bind, tls: false }),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    world.port = (server.address() as AddressInfo).port;
    t.after(async () => {
      server.close();
      world.frontend.close();
      await world.settle();
    });
    return world;
  }

  connect(t: TestContext): RawConnection {
    const connection = RawConnection.open(this.port);
    t.after(() => connection.close());
    return connection;
  }

  /** How many requests are over. */
  async untilOver(count: number): Promise<readonly Outcome[]> {
    await eventually(() => this.counters.outcomes.length >= count);
    return this.counters.outcomes;
  }

  /** After close: nothing is open, and all that began has ended, once. */
  async settle(): Promise<void> {
    const { counters, dispatch } = this;
    await eventually(() => counters.connections === 0 && dispatch.open.size === 0);
    assert.equal(counters.outcomes.length, counters.began, 'every request has one outcome');
    assert.ok(dispatch.over.length <= counters.began);
  }
}

export function sorryRefusal(body: string, outcome: 'sorry' | 'shed' = 'sorry'): Refusal {
  const page: SorryPage = { retryAfterSeconds: 7, variants: [{ contentType: 'text/html', body }] };
  return { outcome, page, flags: 'SC--' };
}
