// Requests at a steady rate, as many users make them: each is sent when it is due, whether or not the last was answered, over a connection of
// its own. Knows nothing of nodes but what an answer says of its own.

import { get } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import { Subscribable } from '../../base/subscribable.ts';

/** One request that is over. Times are of the clock's monotonic(). */
export interface Sample {
  /** When it was to be sent: what a user waits counts from here, however late it was sent. */
  readonly dueAt: number;
  readonly sentAt: number;
  readonly endedAt: number;
  /** Who answered, as it says itself. Undefined when nobody did. */
  readonly node?: string;
  /** Why it was bad: no connection, broken off, no status 2xx, or not complete in time. Undefined when it was good. */
  readonly failure?: string;
}

export interface TrafficOptions {
  readonly url: string;
  readonly ratePerSecond: number;
  /** An answer that is not complete so long after its request was due is a failure. */
  readonly limitMs: number;
  readonly clock: Clock;
}

/** How often it looks whether a request is due. */
const tickMs = 5;

export class Traffic {
  /** Told of each request as it ends. */
  readonly samples = new Subscribable<Sample>();
  readonly #options: TrafficOptions;
  readonly #inFlight = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #nextAt = 0;
  #sent = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** Also those in flight. */
  get sent(): number {
    return this.#sent;
  }

  start(): void {
    this.#nextAt = this.#options.clock.monotonic();
    this.#timer = setInterval(() => this.#sendWhatIsDue(), tickMs);
  }

  /** Sends no more, and resolves when all that are in flight have ended. Idempotent. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#inFlight);
  }

  #sendWhatIsDue(): void {
    const { clock, ratePerSecond } = this.#options;
    while (this.#nextAt <= clock.monotonic()) {
      const request = this.#send(this.#nextAt);
      this.#inFlight.add(request);
      void request.then(() => this.#inFlight.delete(request));
      this.#nextAt += 1000 / ratePerSecond;
    }
  }

  async #send(dueAt: number): Promise<void> {
    const { url, limitMs, clock } = this.#options;
    this.#sent++;
    const sentAt = clock.monotonic();
    const outcome = await ask(url, dueAt + limitMs - sentAt);
    this.samples.emit({ dueAt, sentAt, endedAt: clock.monotonic(), ...outcome });
  }
}

type Outcome = Pick<Sample, 'node' | 'failure'>;

function ask(url: string, withinMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      const { statusCode = 0 } = response;
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('error', fail);
      response.on('end', () => finish(statusCode < 300 ? nodeIn(body) : { failure: `status ${statusCode}` }));
    });
    const timer = setTimeout(() => request.destroy(new Error('too slow')), Math.max(0, withinMs));
    const finish = (outcome: Outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const fail = (error: Error) => finish({ failure: error.message });
    request.on('error', fail);
  });
}

/** Good whatever it says. */
function nodeIn(body: string): Outcome {
  try {
    return { node: String((JSON.parse(body) as { node?: unknown }).node) };
  } catch {
    return {};
  }
}
