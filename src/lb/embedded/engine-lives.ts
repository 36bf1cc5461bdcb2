// The engine process over all its lives: started when it is first needed, started again whenever it dies, until it is closed.

import { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { sleep } from '../../base/sleep.ts';
import { EngineLife, type EngineLifeOptions, LifeOverError } from './engine-life.ts';

export interface EngineLivesOptions extends EngineLifeOptions {
  readonly clock: Clock;
  /** Gives a new life all that it needs. Rejects with LifeOverError when it dies over that. */
  begin(life: EngineLife): Promise<unknown>;
}

/** Quick at first: a death is a fault put there on purpose more often than a defect that comes back. */
const restartBackoff = { initialMs: 20, maxMs: 5_000, jitter: 0.2 };
/** A life that lasted so long was a good one: the next death starts the back-off anew. */
const goodLifeMs = 10_000;

export class EngineLives {
  readonly #options: EngineLivesOptions;
  readonly #backoff = new Backoff(restartBackoff, Math.random);
  readonly #closing = new AbortController();
  #succession: Promise<void> | undefined;
  #life: EngineLife | undefined;
  #serving = Promise.withResolvers<EngineLife>();
  #unknown = 0;
  #lastEnd: string | undefined;

  constructor(options: EngineLivesOptions) {
    this.#options = options;
  }

  get isStarted(): boolean {
    return this.#succession !== undefined;
  }

  /** The present one, which may not serve yet. */
  get current(): EngineLife | undefined {
    return this.#life;
  }

  /** What was in flight at the deaths so far. */
  get unknown(): number {
    return this.#unknown;
  }

  /** How the last one ended. */
  get lastEnd(): string | undefined {
    return this.#lastEnd;
  }

  /** Asks whoever serves, and the next one when that dies before it has answered. Rejects when it is closed. */
  async ask<T>(question: (life: EngineLife) => Promise<T>): Promise<T> {
    for (;;) {
      if (this.#closing.signal.aborted) throw new Error('the engine is closed');
      this.#succession ??= this.#succeed();
      const life = await this.#serving.promise;
      try {
        return await question(life);
      } catch (error) {
        if (!(error instanceof LifeOverError)) throw error;
        await life.ended;
      }
    }
  }

  /** What is in flight may finish for a while. Resolves when nothing runs any more. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#serving.promise.catch(() => {});
    this.#serving.reject(new Error('the engine is closed'));
    await this.#life?.finish();
    await this.#succession;
  }

  async #succeed(): Promise<void> {
    // As a process keeps its parent alive, so does the pause before the next one.
    const alive = setInterval(() => {}, 2 ** 30);
    let death: { how: string; at: number } | undefined;
    while (!this.#closing.signal.aborted) {
      const bornAt = this.#options.clock.monotonic();
      const life = this.#bear();
      if (await this.#begins(life)) {
        if (death) this.#tellRestart(death.how, death.at);
        death = undefined;
      }
      const how = await life.ended;
      this.#lastEnd = how;
      death ??= { how, at: this.#options.clock.monotonic() };
      if (this.#options.clock.monotonic() - bornAt >= goodLifeMs) this.#backoff.reset();
      await this.#mourn(life, how);
    }
    clearInterval(alive);
  }

  #bear(): EngineLife {
    const life = new EngineLife(this.#options);
    this.#life = life;
    // Before anybody else can hear of its end and ask who serves now.
    void life.ended.then(() => {
      if (!this.#closing.signal.aborted) this.#serving = Promise.withResolvers();
    });
    return life;
  }

  async #begins(life: EngineLife): Promise<boolean> {
    try {
      await this.#options.begin(life);
    } catch (error) {
      if (error instanceof LifeOverError) return false;
      throw error;
    }
    this.#serving.resolve(life);
    return true;
  }

  async #mourn(life: EngineLife, how: string): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const { clock, logger } = this.#options;
    this.#unknown += life.inFlight;
    logger.warn(`the engine process ${how}; it is started again`, { pid: life.pid });
    await sleep(clock, this.#backoff.next(), this.#closing.signal);
  }

  #tellRestart(how: string, diedAt: number): void {
    const { clock } = this.#options;
    const tookMs = Math.round(clock.monotonic() - diedAt);
    this.#options.onEvent({ at: clock.now(), type: 'restarted', how, tookMs });
  }
}
