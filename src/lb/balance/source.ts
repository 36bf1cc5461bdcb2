// One server for each client address, whatever other servers do: weighted rendezvous hashing (highest random weight). Against a ring of
// points, shares follow the weights exactly instead of by chance, and a server that goes moves only its own clients, one that comes takes only what is due to it.

import { hash32, mix32 } from './hash.ts';

export interface HashedServer {
  /** Its hash decides, not its place or address. */
  readonly id: string;
  /** 0 gets no clients. */
  readonly weight: number;
}

interface Group {
  readonly weight: number;
  readonly ids: string[];
  readonly hashes: number[];
}

export class SourceHash {
  // Within one weight the greatest hash wins; only winners of groups have to be compared by logarithm, which is slow.
  readonly #groups: readonly Group[];

  constructor(servers: readonly HashedServer[]) {
    this.#groups = groupsOf(servers);
  }

  /**
   * The id of the client's server among those that `accepts` takes; undefined: none. `hash` is hash32() of the client's address. `accepts`
   * is asked for few of them: only those that would win so far.
   */
  lookup(hash: number, accepts: (id: string) => boolean): string | undefined {
    let winner: string | undefined;
    let best = Number.NEGATIVE_INFINITY;
    for (const group of this.#groups) {
      const index = winnerOf(group, hash, accepts);
      if (index === -1) continue;
      const score = Math.log((scoreOf(group, index, hash) + 0.5) / 2 ** 32) / group.weight;
      if (score > best) [best, winner] = [score, group.ids[index]];
    }
    return winner;
  }
}

function winnerOf(group: Group, hash: number, accepts: (id: string) => boolean): number {
  let [winner, best] = [-1, -1];
  for (let index = 0; index < group.hashes.length; index++) {
    const score = scoreOf(group, index, hash);
    if (score > best && accepts(group.ids[index] as string)) [best, winner] = [score, index];
  }
  return winner;
}

function scoreOf(group: Group, index: number, hash: number): number {
  return mix32(hash ^ (group.hashes[index] as number));
}

// Sorted, so that the unlikely equals are decided alike after a reload and in every process.
function groupsOf(servers: readonly HashedServer[]): readonly Group[] {
  const groups = new Map<number, Group>();
  for (const { id, weight } of servers.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    if (weight <= 0) continue;
    const group = groups.get(weight) ?? { weight, ids: [], hashes: [] };
    group.ids.push(id);
    group.hashes.push(hash32(id));
    groups.set(weight, group);
  }
  return [...groups.values()].toSorted((a, b) => a.weight - b.weight);
}
