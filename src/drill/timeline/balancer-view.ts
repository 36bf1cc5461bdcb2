// Looks at the balancer's statistics about every 100 ms, over one kept connection, and never twice at once: a balancer that is slow to
// answer is asked less often. What it does not answer is a gap, not an error.

import { Agent, get } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import { machineTime } from '../../base/machine-time.ts';
import { Subscribable } from '../../base/subscribable.ts';
import type { BalancerStatus } from '../../machinery/balancer-status.ts';
import type { Statistics } from './statistics.ts';

/** One look: what it showed was so at some moment between the two. */
export interface Look {
  /** machineTime(). */
  readonly from: number;
  readonly to: number;
  /** machineTime() of the end of the look before; undefined: it is the first. */
  readonly last?: number;
  readonly statistics: Statistics;
}

export interface BalancerViewOptions {
  readonly balancer: () => Promise<BalancerStatus>;
  readonly clock: Clock;
  readonly everyMs?: number;
}

const defaultEveryMs = 100;
const answerWithinMs = 2_000;
/** Of what a look takes, so much is the pause at least: it costs the balancer at most a fifth of a core, whatever it serves. */
const pauseShare = 4;

export class BalancerView {
  readonly looks = new Subscribable<Look>();
  readonly #options: BalancerViewOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #closing = new AbortController();
  #access: BalancerStatus['statistics'] | undefined;
  #lastAt: number | undefined;
  #latest: Look | undefined;
  #looking: Promise<void> | undefined;
  #cancel: (() => void) | undefined;

  constructor(options: BalancerViewOptions) {
    this.#options = options;
  }

  /** The last look. */
  get latest(): Look | undefined {
    return this.#latest;
  }

  /** Resolves after the first look. Rejects when that shows nothing, and goes on all the same: the balancer may be dead for a moment. */
  async start(): Promise<void> {
    try {
      await this.look();
    } finally {
      this.#next(0);
    }
  }

  /** Looks now, besides those that come by themselves. Rejects when there is no answer. */
  async look(): Promise<Look> {
    const from = machineTime();
    const statistics = await this.#ask();
    const last = this.#lastAt;
    const look: Look = { from, to: machineTime(), statistics, ...(last === undefined ? {} : { last }) };
    this.#lastAt = look.to;
    this.#latest = look;
    this.looks.emit(look);
    return look;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancel?.();
    await this.#looking;
    this.#agent.destroy();
  }

  #next(tookMs: number): void {
    if (this.#closing.signal.aborted) return;
    const { clock, everyMs = defaultEveryMs } = this.#options;
    this.#cancel = clock.after(Math.max(everyMs - tookMs, tookMs * pauseShare), () => {
      this.#looking = this.#lookOn();
    });
  }

  async #lookOn(): Promise<void> {
    const from = machineTime();
    // The balancer may be dead, which is what is being tried: the next answer shows when it was back.
    await this.look().catch(() => {});
    this.#next(Math.min(machineTime() - from, answerWithinMs / pauseShare));
  }

  async #ask(): Promise<Statistics> {
    this.#access ??= (await this.#options.balancer()).statistics;
    try {
      return await this.#get(this.#access);
    } catch (error) {
      // A balancer that was started anew may have others.
      this.#access = undefined;
      throw error;
    }
  }

  #get({ url, user, password }: BalancerStatus['statistics']): Promise<Statistics> {
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(answerWithinMs)]);
      const options = { agent: this.#agent, auth: `${user}:${password}`, signal };
      const request = get(`${url};json`, options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode } = response;
          if (statusCode === 200) settle(text, resolve, reject);
          else reject(new Error(`the statistics of the balancer answer ${statusCode}`));
        });
      });
      request.on('error', reject);
    });
  }
}

function settle(
  text: string,
  resolve: (statistics: Statistics) => void,
  reject: (error: Error) => void,
): void {
  try {
    resolve(JSON.parse(text));
  } catch (cause) {
    reject(new Error('the statistics of the balancer are no JSON', { cause }));
  }
}
