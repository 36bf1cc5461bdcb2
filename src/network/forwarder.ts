// The plain TCP forwarder of Services: listens where it is told and passes each connection on to the next endpoint that answers. It holds
// everything in memory and asks nobody: it goes on with its last model when whoever told it is dead.

import { Backoff, type BackoffOptions, type Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { deepEqual } from '../base/deep-equal.ts';
import { Subscribable } from '../base/subscribable.ts';
import { EndpointHealth } from './forwarding/endpoint-health.ts';
import { ForwardPort, type ForwardPortTools } from './forwarding/forward-port.ts';
import {
  type ForwardListener,
  type ForwardModel,
  type ListenFailure,
  listenerKey,
} from './forwarding/model.ts';
import { type ConnectTo, connectTo as overTcp } from './forwarding/relay.ts';

export interface ForwarderOptions {
  clock: Clock;
  random: Random;
  /** Default 200. */
  connectTimeoutMs?: number;
  /** How long an endpoint that failed is passed over, while there are others. Default 1,000. */
  outMs?: number;
  /** Default: over TCP. */
  connectTo?: ConnectTo;
  /** See ForwardPortTools. */
  openOutside?: ForwardPortTools['openOutside'];
  /** Of ports that cannot be opened. Default 1 s, doubling to 30 s. */
  retry?: BackoffOptions;
}

interface OpenPort {
  port: ForwardPort;
  backoff: Backoff;
  cancelRetry: () => void;
}

export class Forwarder {
  /** Every attempt to open a port that failed. */
  readonly failures = new Subscribable<ListenFailure>();
  readonly #options: ForwarderOptions;
  readonly #tools: ForwardPortTools;
  readonly #ports = new Map<string, OpenPort>();
  #updating: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: ForwarderOptions) {
    const { clock, connectTimeoutMs = 200, outMs = 1_000, openOutside, connectTo = overTcp } = options;
    this.#options = options;
    this.#tools = {
      clock,
      connectTimeoutMs,
      connectTo,
      openOutside,
      health: new EndpointHealth(clock, outMs),
    };
  }

  /** How many ports are listened on. */
  get openPorts(): number {
    return [...this.#ports.values()].filter(({ port }) => port.isListening).length;
  }

  /**
   * Makes the model what is served, and touches only what differs. Resolves when every new port listens or has failed once; of two
   * listeners on one address and port the first counts, the other fails. Models are taken in the order of the calls.
   */
  update(model: ForwardModel): Promise<void> {
    this.#updating = this.#updating.then(() => this.#apply(model));
    return this.#updating;
  }

  /** Resets every connection; resolves when all ports are free. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#updating;
    await Promise.all([...this.#ports.keys()].map((key) => this.#remove(key)));
  }

  async #apply(model: ForwardModel): Promise<void> {
    if (this.#isClosed) return;
    const wanted = this.#unique(model.listeners);
    const gone = [...this.#ports.keys()].filter((key) => !wanted.has(key));
    await Promise.all(gone.map((key) => this.#remove(key)));
    await Promise.all([...wanted].map(([key, listener]) => this.#set(key, listener)));
  }

  #unique(listeners: readonly ForwardListener[]): Map<string, ForwardListener> {
    const wanted = new Map<string, ForwardListener>();
    for (const listener of listeners) {
      const first = wanted.get(listenerKey(listener));
      if (first) this.#fail(listener, taken(listener, first));
      else wanted.set(listenerKey(listener), listener);
    }
    return wanted;
  }

  #set(key: string, listener: ForwardListener): Promise<void> {
    const open = this.#ports.get(key);
    if (open) {
      if (!deepEqual(open.port.listener, listener)) open.port.update(listener);
      return Promise.resolve();
    }
    const { retry = { initialMs: 1_000, maxMs: 30_000 }, random } = this.#options;
    const fresh: OpenPort = {
      port: new ForwardPort(listener, this.#tools),
      backoff: new Backoff(retry, random),
      cancelRetry: () => {},
    };
    this.#ports.set(key, fresh);
    return this.#listen(fresh);
  }

  async #listen(open: OpenPort): Promise<void> {
    try {
      await open.port.listen();
    } catch (error) {
      const again = () => void this.#listen(open);
      open.cancelRetry = this.#options.clock.after(open.backoff.next(), again);
      this.#fail(open.port.listener, error as NodeJS.ErrnoException);
    }
  }

  async #remove(key: string): Promise<void> {
    const open = this.#ports.get(key);
    this.#ports.delete(key);
    open?.cancelRetry();
    await open?.port.close();
  }

  #fail(listener: ForwardListener, error: NodeJS.ErrnoException): void {
    this.failures.emit({ listener, error });
  }
}

function taken({ address, port }: ForwardListener, { name }: ForwardListener): NodeJS.ErrnoException {
  return Object.assign(new Error(`${address}:${port} is already used for ${name}`), { code: 'EADDRINUSE' });
}
