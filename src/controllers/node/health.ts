// Which nodes look lost: those not heard of for a while, as measured by whoever listens. Pure: no clock and no I/O of its own.

export interface NodeHealthOptions {
  /** A node not heard of for so long looks lost. Milliseconds. */
  lostAfterMs: number;
  /** A longer gap between two looks means that the listener itself slept: nobody is blamed for that time. Milliseconds. */
  stallMs: number;
}

export interface Verdict {
  /** Names of the nodes that look lost. */
  readonly lost: ReadonlySet<string>;
  /**
   * `none` when all looks normal or few are lost; `most` when more than half of three or more nodes look lost, `all` when
   * every node does: more likely something is wrong here than there.
   */
  readonly outage: 'none' | 'most' | 'all';
}

function outageOf(lost: number, total: number): Verdict['outage'] {
  if (lost === 0) return 'none';
  if (lost === total) return 'all';
  return total >= 3 && lost * 2 > total ? 'most' : 'none';
}

export class NodeHealth {
  readonly #options: NodeHealthOptions;
  /** The latest signs of each node by where they come from, and when the last new one was noticed. */
  readonly #heard = new Map<string, { signs: Map<string, string>; at: number }>();
  #lastLook: number | undefined;

  constructor(options: NodeHealthOptions) {
    this.#options = options;
  }

  /**
   * Notes a node's sign of life: its lease, its status. Only one that differs from the last of the same source counts.
   * `now` is monotonic, in milliseconds.
   */
  heard(name: string, source: 'lease' | 'status', sign: string, now: number): void {
    const known = this.#known(name, now);
    if (known.signs.get(source) === sign) return;
    known.signs.set(source, sign);
    known.at = now;
  }

  forget(name: string): void {
    this.#heard.delete(name);
  }

  /** The listener could not hear until now: every node gets a full period again. */
  wasDeaf(now: number): void {
    for (const known of this.#heard.values()) known.at = now;
  }

  /** Call regularly, with all nodes there are. A node never heard of counts from the first look at it. */
  look(names: Iterable<string>, now: number): Verdict {
    if (this.#lastLook === undefined || now - this.#lastLook > this.#options.stallMs) this.wasDeaf(now);
    this.#lastLook = now;
    const lost = new Set<string>();
    let total = 0;
    for (const name of names) {
      total++;
      if (this.looksLost(name, now)) lost.add(name);
    }
    return { lost, outage: outageOf(lost.size, total) };
  }

  /** As of now: it may have been heard of since the last look. */
  looksLost(name: string, now: number): boolean {
    return now - this.#known(name, now).at >= this.#options.lostAfterMs;
  }

  #known(name: string, now: number): { signs: Map<string, string>; at: number } {
    let known = this.#heard.get(name);
    if (!known) {
      known = { signs: new Map(), at: now };
      this.#heard.set(name, known);
    }
    return known;
  }
}
