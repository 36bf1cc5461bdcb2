// Requests without a pause from the moment it is made until it is stopped, each over a connection of its own, and what became of them.

import { get } from 'node:http';
import { eventually } from './eventually.ts';

export interface TrafficResult {
  /** Answers 200. */
  readonly ok: number;
  /** Other answers. */
  readonly failed: number;
  /** Nobody listened. */
  readonly refused: number;
  /** The connection stood, and broke. */
  readonly cut: number;
}

export class SteadyTraffic {
  /** So many are under way at any time. */
  readonly atOnce = 4;
  readonly #url: string;
  readonly #users: Promise<void>[];
  readonly #result = { ok: 0, failed: 0, refused: 0, cut: 0 };
  #stopped = false;

  constructor(url: string) {
    this.#url = url;
    this.#users = Array.from({ length: this.atOnce }, () => this.#goOn());
  }

  /** Resolves when so many more have been answered. */
  async served(count: number): Promise<void> {
    const { ok } = this.#result;
    await eventually(() => this.#result.ok >= ok + count, 30_000);
  }

  /** Resolves when the last one has ended. */
  async stop(): Promise<TrafficResult> {
    this.#stopped = true;
    await Promise.all(this.#users);
    return this.#result;
  }

  async #goOn(): Promise<void> {
    while (!this.#stopped) this.#result[await this.#one()]++;
  }

  #one(): Promise<keyof TrafficResult> {
    return new Promise((resolve) => {
      const request = get(this.#url, { agent: false }, (response) => {
        response.on('error', () => resolve('cut'));
        response.on('end', () => resolve(response.statusCode === 200 ? 'ok' : 'failed')).resume();
      });
      request.on('error', ({ code }: NodeJS.ErrnoException) => {
        resolve(code === 'ECONNREFUSED' ? 'refused' : 'cut');
      });
    });
  }
}
