// How one thread wakes another: each has a word that grows with every ring, and sleeps only while it is as it was before it last looked.

/** Words that are there once: the rings of the main thread and of all workers, and what the workers find when they look. */
export class Bells {
  readonly #words: Int32Array;
  readonly #workers: number;

  constructor(memory: SharedArrayBuffer, workers: number) {
    this.#words = new Int32Array(memory);
    this.#workers = workers;
  }

  static memory(workers: number): SharedArrayBuffer {
    return new SharedArrayBuffer((2 + 2 * workers) * Int32Array.BYTES_PER_ELEMENT * stride);
  }

  get words(): Int32Array {
    return this.#words;
  }

  /** Grows with each lost server of any backend. */
  get lostAt(): number {
    return stride;
  }

  /** Where the worker finds the entries that are decided: see waiting-room.ts. */
  inboxAt(worker: number): number {
    return (2 + this.#workers + worker) * stride;
  }

  ringMain(): void {
    this.#ring(0);
  }

  ringWorker(worker: number): void {
    this.#ring(this.#workerAt(worker));
  }

  ringAllWorkers(): void {
    for (let worker = 0; worker < this.#workers; worker++) this.ringWorker(worker);
  }

  /** Calls `heard` now and after every ring, each at least once for all rings before it began. The returned function ends it. */
  listen(whose: number | 'main', heard: () => void): () => void {
    const at = whose === 'main' ? 0 : this.#workerAt(whose);
    let isOpen = true;
    const look = (): void => {
      if (!isOpen) return;
      // Read before looking: a ring that comes while we look makes the wait below end at once, so none is lost.
      const before = Atomics.load(this.#words, at);
      heard();
      const rung = Atomics.waitAsync(this.#words, at, before);
      if (rung.async) void rung.value.then(look);
      else setImmediate(look);
    };
    look();
    return () => {
      isOpen = false;
      Atomics.notify(this.#words, at);
    };
  }

  #workerAt(worker: number): number {
    return (2 + worker) * stride;
  }

  #ring(at: number): void {
    Atomics.add(this.#words, at, 1);
    Atomics.notify(this.#words, at);
  }
}

/** A cache line for each word. */
const stride = 16;
