// Signs of life of the worker threads in shared memory: one that is stuck in a loop answers nobody, and its main thread does not notice by itself.

const beatEveryMs = 250;

export function newPulseMemory(workers: number): SharedArrayBuffer {
  return new SharedArrayBuffer(workers * Int32Array.BYTES_PER_ELEMENT);
}

/** A worker's side: from now on as long as the thread turns. */
export function beat(memory: SharedArrayBuffer, worker: number): void {
  const words = new Int32Array(memory);
  setInterval(() => Atomics.add(words, worker, 1), beatEveryMs).unref();
}

/** The main thread's side. */
export class PulseWatch {
  readonly #words: Int32Array;
  readonly #last: Int32Array;
  readonly #missed: number[];

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
    this.#last = this.#words.slice();
    this.#missed = Array.from(this.#words, () => 0);
  }

  /** To be called regularly. Which worker has not been heard of in so many looks, in a row; undefined: none. */
  look(mostMissed: number): number | undefined {
    for (let worker = 0; worker < this.#words.length; worker++) {
      const now = Atomics.load(this.#words, worker);
      this.#missed[worker] = now === this.#last[worker] ? (this.#missed[worker] ?? 0) + 1 : 0;
      this.#last[worker] = now;
    }
    const stuck = this.#missed.findIndex((missed) => missed > mostMissed);
    return stuck < 0 ? undefined : stuck;
  }
}
