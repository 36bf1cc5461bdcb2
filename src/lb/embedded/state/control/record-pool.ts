// Gives records of a table away and takes them back when every worker has let go of them. Main thread only.

import type { RecordTable } from '../record-table.ts';
import type { RecordShape } from '../records.ts';
import type { Segment } from '../worker-plan.ts';

export class RecordPool {
  readonly table: RecordTable;
  readonly #shape: RecordShape;
  readonly #workers: number;
  /** Where each worker says in its numbers that it still uses the record; undefined: none is ever taken back. */
  readonly #holdsAt: number | undefined;
  readonly #free: number[] = [];
  readonly #retired = new Set<number>();
  readonly #grown: Segment[] = [];
  #used = 0;

  constructor(table: RecordTable, shape: RecordShape, workers: number, holdsAt?: number) {
    this.table = table;
    this.#shape = shape;
    this.#workers = workers;
    this.#holdsAt = holdsAt;
  }

  /** A record that is all zero, but that every worker is taken to use it: each of them will hear of it. */
  take(): number {
    const record = this.#free.pop() ?? this.#unused();
    this.table.words(record).fill(0);
    this.table.reals(record).fill(0);
    for (const numbers of this.numbersOf(record)) {
      numbers.fill(0);
      if (this.#holdsAt !== undefined) numbers[this.#holdsAt] = 1;
    }
    return record;
  }

  /** It may go to somebody else as soon as no worker uses it. */
  retire(record: number): void {
    this.#retired.add(record);
  }

  /** Takes back what nobody uses any more. */
  sweep(): void {
    const at = this.#holdsAt;
    if (at === undefined) return;
    for (const record of this.#retired) {
      if (this.numbersOf(record).some((numbers) => numbers[at] !== 0)) continue;
      this.#retired.delete(record);
      this.#free.push(record);
    }
  }

  /** One for each worker. */
  numbersOf(record: number): Float64Array[] {
    return Array.from({ length: this.#workers }, (_, worker) => this.table.numbers(record, worker));
  }

  /** Over all workers, number by number. */
  sumsOf(record: number): Float64Array {
    const sums = new Float64Array(this.#shape.numbers);
    for (const numbers of this.numbersOf(record)) {
      for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] as number) + (numbers[at] as number);
    }
    return sums;
  }

  /** Memory that has come since the last call. */
  takeGrown(): Segment[] {
    return this.#grown.splice(0);
  }

  #unused(): number {
    if (this.#used === this.table.size) this.#grown.push(this.table.grow());
    return this.#used++;
  }
}
