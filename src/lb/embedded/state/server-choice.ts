// Which server a request goes to that has none of its own, by the algorithm of its backend.

import { deepEqual } from '../../../base/deep-equal.ts';
import { firstWithRoom } from '../../balance/first.ts';
import { hash32 } from '../../balance/hash.ts';
import { leastconn } from '../../balance/leastconn.ts';
import { betterOfTwo } from '../../balance/random.ts';
import { smoothSequence } from '../../balance/roundrobin.ts';
import { SourceHash } from '../../balance/source.ts';
import type { Balance } from '../../model.ts';
import type { ServerCell } from './server-cell.ts';

/** Whether a server may be taken for a request at all. */
export type Allows = (cell: ServerCell) => boolean;

export class ServerChoice {
  #balance: Balance = 'roundrobin';
  #cells: readonly ServerCell[] = [];
  #sequence: Uint16Array = new Uint16Array();
  #source = new SourceHash([]);
  #sourceOf: readonly { id: string; weight: number }[] = [];
  #byId = new Map<string, ServerCell>();

  /** `open` are those that it may choose from, in the order of the model; `all` are those that clients' addresses are spread over. */
  update(balance: Balance, open: readonly ServerCell[], all: readonly ServerCell[]): void {
    this.#balance = balance;
    this.#cells = open;
    if (balance === 'roundrobin') this.#sequence = smoothSequence(open.map(({ weight }) => weight));
    if (balance === 'source') this.#updateSource(all);
  }

  /** Whether a choice is right only for what was in flight when it was made. */
  get comparesLoad(): boolean {
    return this.#balance === 'leastconn';
  }

  /** One with room; undefined: there is none. `turn` grows by one with each request of any worker. */
  pick(turn: number, allows?: Allows): ServerCell | undefined {
    if (this.#balance === 'roundrobin') return this.#inTurn(turn, allows);
    const cells = allows ? this.#cells.filter(allows) : this.#cells;
    const index = this.#pickOf(cells, turn);
    return index === undefined ? undefined : cells[index];
  }

  /** In balance source: the server of the client, with room or without. */
  home(clientAddress: string, allows: Allows): ServerCell | undefined {
    if (this.#balance !== 'source') return undefined;
    const accepts = (id: string) => {
      const cell = this.#byId.get(id);
      return cell?.isOpen === true && cell.isWorthWaiting() && allows(cell);
    };
    const id = this.#source.lookup(hash32(clientAddress), accepts);
    return id === undefined ? undefined : this.#byId.get(id);
  }

  #inTurn(turn: number, allows: Allows | undefined): ServerCell | undefined {
    const { length } = this.#sequence;
    for (let step = 0; step < length; step++) {
      const cell = this.#cells[this.#sequence[(turn + step) % length] as number] as ServerCell;
      if (cell.hasRoom() && (!allows || allows(cell))) return cell;
    }
    return undefined;
  }

  #pickOf(cells: readonly ServerCell[], turn: number): number | undefined {
    if (this.#balance === 'first') return firstWithRoom(cells);
    if (this.#balance === 'random') return betterOfTwo(cells, Math.random);
    return leastconn(cells, turn);
  }

  // Health is not in it: a server that is down keeps its place, and its clients come back to it.
  #updateSource(all: readonly ServerCell[]): void {
    this.#byId = new Map(all.map((cell) => [cell.id, cell]));
    const servers = all.map(({ id, weight }) => ({ id, weight }));
    if (deepEqual(servers, this.#sourceOf)) return;
    this.#sourceOf = servers;
    this.#source = new SourceHash(servers);
  }
}
