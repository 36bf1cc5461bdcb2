// Whether a record names a victim: by the server that it was with last, by that server's node, or as the balancer. Pure.

import type { Victims } from '../fault/fault.ts';
import { asIs, type Told, told } from '../told.ts';
import type { TargetPod } from '../world/world.ts';
import type { StatesUntil } from './states-until.ts';

/** A fault that took hold, as far as attribution needs it. */
export interface AttributedFault {
  /** Index of Scenario.faults. */
  readonly step: number;
  readonly name: string;
  readonly victims: Victims;
  /** machineTime(). Nothing that ended before is its doing. */
  readonly injectedAt: number;
  /** Up to when the states that it causes may have held; undefined: it was never taken back, they may to the end. Names hold for ever. */
  readonly statesUntil?: StatesUntil;
}

export class VictimNames {
  readonly #pods: ReadonlySet<string>;
  readonly #nodes: ReadonlySet<string>;
  readonly #nodeOf: ReadonlyMap<string, string>;

  /** @param pods all that were seen during the drill. */
  constructor({ pods, nodes }: Victims, all: Iterable<Pick<TargetPod, 'name' | 'node'>>) {
    this.#pods = new Set(pods.map(({ name }) => name));
    this.#nodes = new Set(nodes);
    this.#nodeOf = new Map([...all].map(({ name, node }) => [name, node]));
  }

  /** `pod web-1` or `node node-2`; undefined: the server is no victim. */
  of(server: string | undefined): Told | undefined {
    if (server === undefined) return undefined;
    if (this.#pods.has(server)) return asIs(`pod ${server}`);
    // Where servers are nodes, they have the names of nodes.
    const node = this.#nodes.has(server) ? server : this.#nodeOf.get(server);
    return node !== undefined && this.#nodes.has(node) ? told(`node ${node}`, `nodo ${node}`) : undefined;
  }
}
