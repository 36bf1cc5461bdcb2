// Load of the open model on kept connections: requests begin at a rate, whatever becomes of those before. Nothing that fails is tried again, so
// connections that lie idle are given up well before a balancer does: who uses one in the moment of its end cannot know (RFC 9112 section 9.5).

import { Agent } from 'node:http';
import { type Answer, type Asked, ask } from './user.ts';

export interface LoadResult {
  readonly sent: number;
  /** By status; what got no answer by its error. */
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
  readonly failed: readonly FailedRequest[];
}

/** Times are of performance.now(). */
export interface FailedRequest {
  readonly why: string;
  readonly beganAt: number;
}

export interface SteadyLoadOptions {
  /** Default true; otherwise each request has a connection of its own. */
  readonly keepAlive?: boolean;
}

/** Balancers keep them for a minute. */
const longestIdleMs = 20_000;

export class SteadyLoad {
  readonly #agent: Agent | undefined;
  readonly #port: number;
  readonly #asked: Asked;
  readonly #open = new Set<Promise<void>>();
  readonly #counts: Record<string, number> = {};
  readonly #failed: FailedRequest[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #begin = performance.now();
  readonly #rate: number;
  #sent = 0;

  /** `rate` in requests a second. */
  constructor(port: number, rate: number, asked: Asked = {}, { keepAlive = true }: SteadyLoadOptions = {}) {
    this.#agent = keepAlive ? new Agent({ keepAlive, maxSockets: 256, timeout: longestIdleMs }) : undefined;
    this.#port = port;
    this.#rate = rate;
    this.#asked = asked;
    this.#timer = setInterval(() => this.#catchUp(), 5);
  }

  get sent(): number {
    return this.#sent;
  }

  get failed(): number {
    return this.#failed.length;
  }

  /** Ends it; resolves when everything that was sent is over. */
  async stop(): Promise<LoadResult> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    this.#agent?.destroy();
    const failures = this.#failed.map(({ why }) => why);
    return { sent: this.#sent, counts: this.#counts, failures, failed: this.#failed };
  }

  #catchUp(): void {
    // A machine that stood still does not make up for all of it at once.
    const due = Math.min(((performance.now() - this.#begin) / 1_000) * this.#rate, this.#sent + 100);
    while (this.#sent < due) this.#send();
  }

  #send(): void {
    this.#sent++;
    const beganAt = performance.now();
    const one = ask(this.#port, { ...this.#asked, agent: this.#agent })
      .then((answer: Answer) => this.#count(String(answer.status), beganAt, answer.status >= 500))
      .catch((error: NodeJS.ErrnoException) => this.#count(error.code ?? error.message, beganAt, true))
      .finally(() => this.#open.delete(one));
    this.#open.add(one);
  }

  #count(why: string, beganAt: number, failed: boolean): void {
    this.#counts[why] = (this.#counts[why] ?? 0) + 1;
    if (failed) this.#failed.push({ why, beganAt });
  }
}
