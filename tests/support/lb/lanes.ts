// Load of the closed model: so many users, each asks again as soon as it is answered. What is in flight and waits is then always as much as
// there are users, which makes the load of a backend exact on machines of any speed.

import { Agent } from 'node:http';
import { type Answer, ask } from './user.ts';

/** Nobody asks again at once after being told to come back later. */
const pauseAfterPageMs = 50;

export interface Asked {
  readonly sent: number;
  readonly ok: number;
  /** The pages of the balancer: sorry and shed. */
  readonly pages: number;
  /** Anything else than 200 and these pages. */
  readonly errors: readonly string[];
}

export class Lanes {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #lanes = new Set<Promise<void>>();
  readonly #errors: string[] = [];
  readonly #firstFrom = new Map<string, number>();
  #width = 0;
  #sent = 0;
  #ok = 0;
  #pages = 0;

  constructor(port: number) {
    this.#port = port;
  }

  get asked(): Asked {
    return { sent: this.#sent, ok: this.#ok, pages: this.#pages, errors: this.#errors };
  }

  /** So many users from now on; who is too many goes when it is answered. */
  set width(width: number) {
    const running = Math.min(this.#width, width);
    this.#width = width;
    for (let number = running; number < width; number++) {
      const lane = this.#run(number).finally(() => this.#lanes.delete(lane));
      this.#lanes.add(lane);
    }
  }

  /** When a server whose name begins so gave its first answer, on the clock of performance.now(). */
  firstAnswerOf(prefix: string): number | undefined {
    const times = [...this.#firstFrom].flatMap(([name, time]) => (name.startsWith(prefix) ? [time] : []));
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** Resolves when the last one is answered. */
  async stop(): Promise<Asked> {
    this.width = 0;
    await Promise.all(this.#lanes);
    this.#agent.destroy();
    return this.asked;
  }

  async #run(number: number): Promise<void> {
    while (number < this.#width) {
      this.#sent++;
      await ask(this.#port, { agent: this.#agent })
        .then((answer) => this.#take(answer))
        .catch((error: NodeJS.ErrnoException) => {
          this.#errors.push(error.code ?? error.message);
        });
    }
  }

  async #take({ status, server, headers }: Answer): Promise<void> {
    if (status === 200) {
      this.#ok++;
      if (server !== undefined && !this.#firstFrom.has(server)) {
        this.#firstFrom.set(server, performance.now());
      }
    } else if (status === 503 && headers['x-relevo-outcome'] !== undefined) {
      this.#pages++;
      await new Promise((resolve) => setTimeout(resolve, pauseAfterPageMs));
    } else {
      this.#errors.push(`${status} of ${server ?? 'the balancer'}`);
    }
  }
}
