// The recent past: changes in order of revision, in a window bounded by count, size and age. What falls out of it is
// handed to the caller, who knows which versions nobody can ask for any more.

import type { HistoryWindow } from './defaults.ts';
import { CompactedError, FutureRevisionError } from './store.ts';
import type { Change } from './version.ts';

export class History {
  readonly #window: Readonly<HistoryWindow>;
  #changes: Change[] = [];
  /** Index of the oldest kept change; what lies before is removed in bulk. */
  #first = 0;
  #bytes = 0;
  #compacted: number;

  constructor(window: Readonly<HistoryWindow>, compacted: number) {
    this.#window = window;
    this.#compacted = compacted;
  }

  /** Revisions at or below this are forgotten. */
  get compacted(): number {
    return this.#compacted;
  }

  add(change: Change): void {
    this.#changes.push(change);
    this.#bytes += change.object.json.length;
  }

  /** Forgets what the window no longer covers and returns it, oldest first. `nowMs` is monotonic. */
  trim(nowMs: number): Change[] {
    const from = this.#first;
    const oldest = nowMs - this.#window.maxAgeMs;
    for (let change = this.#changes[from]; change !== undefined; change = this.#changes[this.#first]) {
      if (this.#fits() && change.committedAtMs >= oldest) break;
      this.#first++;
      this.#bytes -= change.object.json.length;
      this.#compacted = change.revision;
    }
    const forgotten = this.#changes.slice(from, this.#first);
    // An eighth, not half: the forgotten ones hold their text until then.
    if (this.#first * 8 > this.#changes.length) this.#shrink();
    return forgotten;
  }

  /**
   * The changes above `revision`, oldest first. `newest` is the revision up to which there can be any.
   * Throws CompactedError or FutureRevisionError.
   */
  since(revision: number, newest: number): Change[] {
    if (revision > newest) throw new FutureRevisionError(revision, newest);
    if (revision === newest) return [];
    if (revision < this.#compacted) throw new CompactedError(revision, this.#compacted);
    return this.#changes.slice(this.#indexAfter(revision));
  }

  #fits(): boolean {
    return (
      this.#changes.length - this.#first <= this.#window.maxEvents && this.#bytes <= this.#window.maxBytes
    );
  }

  #shrink(): void {
    this.#changes = this.#changes.slice(this.#first);
    this.#first = 0;
  }

  #indexAfter(revision: number): number {
    let low = this.#first;
    let high = this.#changes.length;
    while (low < high) {
      const mid = (low + high) >>> 1;
      if ((this.#changes[mid] as Change).revision <= revision) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}
