// Records in shared memory, in segments: more of them can come while everything runs, and nothing that is in use ever moves.

import type { RecordShape } from './records.ts';
import type { Segment } from './worker-plan.ts';

export const recordsPerSegment = 1024;

const wordBytes = 4;
const realBytes = 8;

export class RecordTable {
  readonly #shape: RecordShape;
  readonly #workers: number;
  readonly #segments: Segment[] = [];

  constructor(shape: RecordShape, workers: number) {
    this.#shape = shape;
    this.#workers = workers;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** How many records there is memory for. */
  get size(): number {
    return this.#segments.length * recordsPerSegment;
  }

  /** Memory that another thread has made; in the same order in all threads. */
  add(segments: readonly Segment[]): void {
    this.#segments.push(...segments);
  }

  /** Makes memory for more records, all zero. The system provides it only where it is written. */
  grow(): Segment {
    const bytes = recordsPerSegment * this.#shape.numbers * realBytes * this.#workers;
    const segment = {
      words: new SharedArrayBuffer(recordsPerSegment * this.#wordsStride),
      numbers: new SharedArrayBuffer(bytes),
    };
    this.#segments.push(segment);
    return segment;
  }

  words(record: number): Int32Array {
    const { buffer, index } = this.#locate(record, 'words');
    return new Int32Array(buffer, index * this.#wordsStride, this.#shape.words);
  }

  reals(record: number): Float64Array {
    const { buffer, index } = this.#locate(record, 'words');
    const behindWords = index * this.#wordsStride + this.#shape.words * wordBytes;
    return new Float64Array(buffer, behindWords, this.#shape.reals);
  }

  numbers(record: number, worker: number): Float64Array {
    const { buffer, index } = this.#locate(record, 'numbers');
    const { numbers } = this.#shape;
    // Worker by worker, so that no two of them write to one cache line.
    const before = (worker * recordsPerSegment + index) * numbers * realBytes;
    return new Float64Array(buffer, before, numbers);
  }

  get #wordsStride(): number {
    return this.#shape.words * wordBytes + this.#shape.reals * realBytes;
  }

  #locate(record: number, part: keyof Segment): { buffer: SharedArrayBuffer; index: number } {
    const segment = this.#segments[Math.floor(record / recordsPerSegment)];
    if (!segment) throw new RangeError(`record ${record} is beyond the ${this.size} that there are`);
    return { buffer: segment[part], index: record % recordsPerSegment };
  }
}
