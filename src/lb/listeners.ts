// The ports that a balancer holds, for whichever engine serves them: opened when a model wants them, kept while it does, tried again while
// they are somebody else's. They outlive the engine's process, so that clients wait in the kernel while it is started again.

import { Backoff, type Random } from '../base/backoff.ts';
import { type BoundPort, bindPort } from '../base/bound-port.ts';
import type { Clock } from '../base/clock.ts';
import { Subscribable } from '../base/subscribable.ts';
import { placeOf, type WantedBind, wantedBinds } from './binds.ts';
import type { Problem } from './engine.ts';
import type { OpenPort } from './engine-options.ts';
import type { LbModel } from './model.ts';
import { whyNoPort } from './why-no-port.ts';

export interface ListenersOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly openPort?: OpenPort;
}

export interface OpenedPort {
  /** bindKey() of what it is for. */
  readonly key: string;
  readonly port: BoundPort;
}

const retryBackoff = { initialMs: 250, maxMs: 10_000, jitter: 0.2 };

export class Listeners {
  /** A port that could be had at last, after want() had told that it could not. */
  readonly opened = new Subscribable<OpenedPort>();
  readonly #clock: Clock;
  readonly #openPort: OpenPort;
  readonly #backoff: Backoff;
  readonly #ports = new Map<string, BoundPort>();
  readonly #refusals = new Map<string, Problem>();
  #wanted: ReadonlyMap<string, WantedBind> = new Map();
  #doubles: readonly Problem[] = [];
  #cancelRetry = () => {};
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor({ clock, random, openPort = openHere }: ListenersOptions) {
    this.#clock = clock;
    this.#openPort = openPort;
    this.#backoff = new Backoff(retryBackoff, random);
  }

  /** What is open, by bindKey(): also what the model before wanted, until trim(). */
  get ports(): ReadonlyMap<string, BoundPort> {
    return this.#ports;
  }

  /** What of the wanted is not open at the moment. */
  get problems(): readonly Problem[] {
    return [...this.#doubles, ...this.#refusals.values()];
  }

  /** Opens what is missing. What is wanted no more stays open until trim(), since somebody may still accept from it. */
  async want(model: LbModel): Promise<void> {
    const { binds, problems } = wantedBinds(model);
    this.#wanted = binds;
    this.#doubles = problems;
    this.#backoff.reset();
    await this.#openMissing();
  }

  /**
   * Nobody could listen on it, for the reason that the system's code says: somebody else does. Binding a port does not tell while nobody
   * listens on it. Closed, a problem from now on, and tried again. Nothing happens to one that is not open.
   */
  refuse(key: string, code: string): void {
    const port = this.#ports.get(key);
    const wanted = this.#wanted.get(key);
    if (!port) return;
    this.#drop(key, port);
    if (!wanted) return;
    this.#refusals.set(key, problemOf(wanted, Object.assign(new Error(code), { code })));
    this.#retryIn(this.#backoff.next());
  }

  /** Closes what is wanted no more, and at once tries again what may have been refused because of it. */
  trim(): void {
    const unwanted = [...this.#ports].filter(([key]) => !this.#wanted.has(key));
    for (const [key, port] of unwanted) this.#drop(key, port);
    if (unwanted.length > 0 && this.#refusals.size > 0) this.#retryIn(0);
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#cancelRetry();
    for (const [key, port] of this.#ports) this.#drop(key, port);
  }

  /** One attempt after the other: two at once would take each other's port for somebody else's. Resolves with those that were opened. */
  #openMissing(): Promise<OpenedPort[]> {
    const attempt = this.#turn.then(() => this.#attempt());
    this.#turn = attempt;
    return attempt;
  }

  async #attempt(): Promise<OpenedPort[]> {
    this.#cancelRetry();
    this.#refusals.clear();
    const missing = [...this.#wanted].filter(([key]) => !this.#ports.has(key));
    const opened = await Promise.all(missing.map(([key, wanted]) => this.#open(key, wanted)));
    if (this.#refusals.size > 0) this.#retryIn(this.#backoff.next());
    return opened.filter((port) => port !== undefined);
  }

  async #open(key: string, wanted: WantedBind): Promise<OpenedPort | undefined> {
    const { address, port: number, outside = false } = wanted.bind;
    try {
      const port = await this.#openPort({ address, port: number, outside });
      if (this.#isClosed) return void port.close();
      this.#ports.set(key, port);
      return { key, port };
    } catch (error) {
      this.#refusals.set(key, problemOf(wanted, error as NodeJS.ErrnoException));
      return undefined;
    }
  }

  #retryIn(ms: number): void {
    this.#cancelRetry();
    if (!this.#isClosed) this.#cancelRetry = this.#clock.after(ms, () => void this.#retry());
  }

  async #retry(): Promise<void> {
    for (const opened of await this.#openMissing()) this.opened.emit(opened);
  }

  #drop(key: string, port: BoundPort): void {
    this.#ports.delete(key);
    port.close();
  }
}

const openHere: OpenPort = async ({ address, port, outside }) => {
  if (outside) throw new Error('nobody here opens ports outside');
  return bindPort(address, port);
};

function problemOf({ bind, frontend }: WantedBind, error: NodeJS.ErrnoException): Problem {
  const { address, port } = bind;
  const message = `${placeOf(bind)} cannot be opened: ${whyNoPort(error, port)}`;
  return { subject: frontend.name, kind: 'bind', message, bind: { address, port } };
}
