// The way out of a fabric: a program of this machine that stands in for its pods. It dies with this process, and is started again when it dies
// alone; connections through it are lost then.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Backoff } from '../../../base/backoff.ts';
import { systemClock } from '../../../base/clock.ts';
import type { NamespaceHolder } from '../../../base/namespaces/namespace-holder.ts';
import { systemPath } from '../../../base/run-program.ts';
import { sleep } from '../../../base/sleep.ts';
import type { UserStack } from './user-stack.ts';
import { openWayOut, wayOut } from './way-out.ts';

const restartBackoff = { initialMs: 100, maxMs: 10_000, jitter: 0.2 };
const goodLifeMs = 10_000;

export class Egress {
  /** Where nodes and pods reach this machine's own loopback. */
  readonly hostAddress = wayOut.host;
  readonly #fabric: NamespaceHolder;
  readonly #stack: UserStack;
  readonly #closing = new AbortController();
  readonly #backoff = new Backoff(restartBackoff, Math.random);
  #life: Life | undefined;
  #lives: Promise<void> | undefined;
  #problem: string | undefined;

  private constructor(fabric: NamespaceHolder, stack: UserStack) {
    this.#fabric = fabric;
    this.#stack = stack;
  }

  /** Resolves when the world is reached. Rejects with an Error in one line: what the program said. */
  static async start(fabric: NamespaceHolder, stack: UserStack): Promise<Egress> {
    const egress = new Egress(fabric, stack);
    const first = egress.#begin();
    await first.ready;
    egress.#lives = egress.#keepAlive(first);
    return egress;
  }

  get program(): string {
    return this.#stack.program;
  }

  get pid(): number | undefined {
    return this.#life?.pid;
  }

  /** Why it does not work at the moment, in one line. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#life?.kill();
    await this.#lives;
  }

  async #keepAlive(first: Life): Promise<void> {
    const { signal } = this.#closing;
    for (let life = first; ; life = this.#begin()) {
      const born = performance.now();
      await life.ready.then(
        () => this.#says(undefined),
        (error: Error) => this.#says(error.message),
      );
      const ending = await life.ended;
      if (signal.aborted) return;
      this.#problem ??= ending;
      if (performance.now() - born >= goodLifeMs) this.#backoff.reset();
      await sleep(systemClock, this.#backoff.next(), signal);
      if (signal.aborted) return;
    }
  }

  #says(problem: string | undefined): void {
    this.#problem = problem;
  }

  #begin(): Life {
    this.#life = new Life(this.#fabric, this.#stack);
    return this.#life;
  }
}

/** From one start of the program to its end. */
class Life {
  /** Rejects, when it is gone, with why it did not come to it. */
  readonly ready: Promise<void>;
  /** Resolves with how it ended, in one line. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #output: Socket;
  #lastWords = '';

  constructor(fabric: NamespaceHolder, stack: UserStack) {
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', ...stack.words(fabric)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // A session of its own: Ctrl-C in the terminal is not for it.
      detached: true,
      env: { ...process.env, PATH: systemPath() },
    });
    this.#output = this.#child.stderr as Socket;
    this.#output.on('data', (chunk: Buffer) => this.#hear(chunk));
    this.ended = endOf(this.#child).then((how) => `${stack.program} ${how}${this.#complaint}`);
    this.ready = this.#becomesReady(fabric, stack);
    this.ready.catch(() => {});
    // What it does keeps nobody alive.
    this.#output.unref();
    this.#child.unref();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  kill(): void {
    // Whoever waits for its end is to live to see it.
    this.#child.ref();
    this.#output.ref();
    this.#child.kill('SIGKILL');
  }

  async #becomesReady(fabric: NamespaceHolder, { setUp, program }: UserStack): Promise<void> {
    const over = new AbortController();
    const failed = this.ended.then((how) => {
      over.abort();
      throw new Error(how);
    });
    try {
      await Promise.race([failed, openWayOut(fabric, setUp, over.signal)]);
    } catch (cause) {
      this.kill();
      await this.ended;
      const { message } = cause as Error;
      throw new Error(message.startsWith(program) ? message : `${program}: ${message}`, { cause });
    }
  }

  #hear(chunk: Buffer): void {
    this.#lastWords = `${this.#lastWords}${chunk}`.slice(-400);
  }

  get #complaint(): string {
    const line = this.#lastWords.trim().split('\n').at(-1);
    // Of one that was killed they are not about that.
    return line && this.#child.exitCode !== null ? ` (${line})` : '';
  }
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return signal ? `was killed by ${signal}` : `ended with code ${code}`;
  } catch (error) {
    return `could not be started: ${(error as Error).message}`;
  }
}
