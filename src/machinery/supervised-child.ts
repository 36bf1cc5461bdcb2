// One child of the supervisor over all its lives: started, started again with back-off when it dies, stopped when that is wanted.

import { Backoff, type Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { sleep } from '../base/sleep.ts';
import { HeldPorts, type OutsidePort } from './held-ports.ts';
import { type Launched, launch } from './launch.ts';
import type { LogFile } from './log-file.ts';
import { oneLine } from './supervised-messages.ts';

export interface ChildSpec {
  /** Unique in its supervisor; its log is called so, too. */
  readonly name: string;
  /** A file that calls runSupervised(), from entryUrl(). */
  readonly entry: URL;
  /** What its main() gets; plain JSON. */
  readonly config: unknown;
  /** From SIGTERM to SIGKILL. Default 10 s. */
  readonly graceMs?: number;
  /** How long a start may take. Default 60 s. */
  readonly readyTimeoutMs?: number;
  /** See LaunchOptions; asked before each start, so that it can make what it leads to. A rejection is a start that failed. */
  readonly enter?: () => Promise<readonly string[]>;
  /** Which ports it may have opened in this process's network. Default: none. */
  readonly mayOpen?: (port: OutsidePort) => boolean;
}

/** `waiting`: it died, and the next start is due after a while. */
export type ChildState = 'starting' | 'running' | 'waiting' | 'stopping' | 'stopped';

export interface ChildStatus {
  readonly name: string;
  readonly state: ChildState;
  readonly pid: number | undefined;
  /** How often it was started again. */
  readonly restarts: number;
  /** How its last life ended when nobody wanted that, in one line. */
  readonly lastError: string | undefined;
}

export interface ChildSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: LogFile;
  readonly env: Readonly<Record<string, string>>;
  /** After each change. */
  onChange(status: ChildStatus): void;
}

/** Quick at first, since most deaths are faults put there on purpose. */
const restartBackoff = { initialMs: 50, maxMs: 10_000, jitter: 0.2 };
/** A life that lasted so long was a good one: the next death starts the back-off anew. */
const goodLifeMs = 10_000;

export class SupervisedChild {
  readonly #spec: ChildSpec;
  readonly #around: ChildSurroundings;
  readonly #backoff: Backoff;
  readonly #ports = new HeldPorts();
  readonly #stopping = new AbortController();
  readonly #firstReady = Promise.withResolvers<void>();
  #state: ChildState = 'stopped';
  #restarts = 0;
  #lastError: string | undefined;
  #process: Launched | undefined;
  #lives: Promise<void> | undefined;

  constructor(spec: ChildSpec, around: ChildSurroundings) {
    this.#spec = spec;
    this.#around = around;
    this.#backoff = new Backoff(restartBackoff, around.random);
  }

  get status(): ChildStatus {
    const { name } = this.#spec;
    const [state, restarts, lastError] = [this.#state, this.#restarts, this.#lastError];
    return { name, state, pid: this.#process?.pid, restarts, lastError };
  }

  /**
   * Resolves with what it said when it was ready. A first start that fails is final, and rejects with the reason in one line; after it
   * was ready once, it is started again as often as it takes. To be called once.
   */
  async start(): Promise<unknown> {
    try {
      const first = await this.#launch();
      const info = await first.ready;
      this.#enter('running');
      this.#lives = this.#keepAlive(first);
      return info;
    } catch (error) {
      await this.#process?.end(0);
      this.#ports.close();
      this.#forget(oneLine(error), 'stopped');
      throw new Error(`${this.#spec.name}: ${oneLine(error)}`, { cause: error });
    }
  }

  /**
   * Instead of start(), for one that nothing is to keep from starting: a start that fails is tried again like any other. Resolves when it is
   * ready for the first time; not when it is stopped before.
   */
  insist(): Promise<void> {
    this.#lives = this.#keepAlive(this.#launch());
    return this.#firstReady.promise;
  }

  /** It stays stopped. Resolves when it is gone. Idempotent. */
  stop(): Promise<void> {
    return this.#stop((life) => life.end(this.#spec.graceMs ?? 10_000));
  }

  /** Like stop(), but it is killed before this returns, and hears nothing. */
  halt(): Promise<void> {
    return this.#stop((life) => life.kill());
  }

  /** Waits for a start that is under way. Rejects when there is no process to ask, and like Questions.ask(). */
  async ask(question: unknown): Promise<unknown> {
    const life = this.#process;
    if (!life) throw new Error(`${this.#spec.name} does not run`);
    await life.ready;
    return life.ask(question);
  }

  async #stop(end: (life: Launched) => Promise<void>): Promise<void> {
    this.#stopping.abort();
    if (this.#process) {
      this.#enter('stopping');
      await end(this.#process);
    }
    await this.#lives;
    this.#ports.close();
    this.#forget(undefined, 'stopped');
  }

  /** False when there is no process to send it to. */
  signal(signal: NodeJS.Signals): boolean {
    return this.#process?.signal(signal) ?? false;
  }

  /** Ends when it is stopped. */
  async #keepAlive(first: Launched | Promise<Launched>): Promise<void> {
    let current = first;
    while (!this.#stopping.signal.aborted) {
      const born = this.#around.clock.monotonic();
      const failure = await this.#live(current);
      if (this.#stopping.signal.aborted) return;
      if (this.#around.clock.monotonic() - born >= goodLifeMs) this.#backoff.reset();
      this.#forget(failure, 'waiting');
      await sleep(this.#around.clock, this.#backoff.next(), this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
      this.#restarts++;
      current = this.#launch();
    }
  }

  /** Resolves with why it ended. */
  async #live(launched: Launched | Promise<Launched>): Promise<string> {
    try {
      const life = await launched;
      await life.ready;
      this.#ports.closeUnclaimed();
      if (!this.#stopping.signal.aborted) this.#enter('running');
      return await life.ended;
    } catch (error) {
      await this.#process?.end(0);
      return oneLine(error);
    }
  }

  /** Rejects when it may not be entered where it belongs, and when it is stopped meanwhile. */
  async #launch(): Promise<Launched> {
    const { name, config, entry, readyTimeoutMs = 60_000, mayOpen = () => false } = this.#spec;
    const { log, env } = this.#around;
    this.#enter('starting');
    const enter = await this.#spec.enter?.();
    if (this.#stopping.signal.aborted) throw new Error('it was stopped');
    this.#ports.unclaim();
    const ports = { mayOpen, held: this.#ports };
    this.#process = launch({ name, config, entry, readyTimeoutMs, log, env, enter, ports });
    return this.#process;
  }

  #forget(error: string | undefined, state: ChildState): void {
    this.#process = undefined;
    this.#lastError = error ?? this.#lastError;
    this.#enter(state);
  }

  #enter(state: ChildState): void {
    if (state === this.#state) return;
    this.#state = state;
    if (state === 'running') this.#firstReady.resolve();
    this.#around.onChange(this.status);
  }
}
