// A set of strings in order (by UTF-16 code unit), addressed by rank. Chunks of a few hundred keep an insertion or a removal
// at a short splice, whatever the size; there is no deletion debt and nothing to balance.

const maxChunk = 512;

export class SortedKeys {
  #chunks: string[][] = [];
  #size = 0;

  /** `keys` in any order, without repetitions. */
  constructor(keys: Iterable<string> = []) {
    const sorted = [...keys].sort(byCodeUnit);
    this.#size = sorted.length;
    for (let i = 0; i < sorted.length; i += maxChunk / 2) {
      this.#chunks.push(sorted.slice(i, i + maxChunk / 2));
    }
  }

  get size(): number {
    return this.#size;
  }

  /** Returns false when the key was there already. */
  add(key: string): boolean {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push([key]);
    } else {
      const i = lowerBound(chunk, key);
      if (chunk[i] === key) return false;
      chunk.splice(i, 0, key);
      if (chunk.length > maxChunk) this.#chunks.splice(at + 1, 0, chunk.splice(maxChunk / 2));
    }
    this.#size++;
    return true;
  }

  /** Returns false when the key was not there. */
  delete(key: string): boolean {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return false;
    const i = lowerBound(chunk, key);
    if (chunk[i] !== key) return false;
    chunk.splice(i, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    this.#size--;
    return true;
  }

  /** How many keys sort before `key`. */
  rank(key: string): number {
    const at = this.#chunkOf(key);
    let before = 0;
    for (let i = 0; i < at; i++) before += this.#chunks[i]?.length ?? 0;
    const chunk = this.#chunks[at];
    return chunk === undefined ? before : before + lowerBound(chunk, key);
  }

  /** The keys with a rank from `start` up to, not including, `end`. */
  slice(start: number, end: number): string[] {
    const keys: string[] = [];
    let first = 0;
    for (const chunk of this.#chunks) {
      if (first >= end) break;
      if (first + chunk.length > start) {
        for (const key of chunk.slice(Math.max(0, start - first), end - first)) keys.push(key);
      }
      first += chunk.length;
    }
    return keys;
  }

  /** The last chunk that starts at or before the key, or the first; a key beyond every chunk belongs into the last. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const mid = (low + high) >>> 1;
      if ((this.#chunks[mid]?.[0] ?? '') <= key) low = mid + 1;
      else high = mid;
    }
    return Math.max(0, low - 1);
  }
}

function lowerBound(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if ((sorted[mid] as string) < key) low = mid + 1;
    else high = mid;
  }
  return low;
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
