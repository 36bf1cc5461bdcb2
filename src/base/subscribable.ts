// A set of listeners that are told of something. Adding and removing while they are being told is safe.

export type Listener<T> = (value: T) => void;

export class Subscribable<T> {
  readonly #listeners = new Set<Listener<T>>();

  get size(): number {
    return this.#listeners.size;
  }

  /** The returned function removes the listener and may be called twice. The same function may be added twice. */
  subscribe(listener: Listener<T>): () => void {
    const own: Listener<T> = (value) => listener(value);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Tells those who were there when it began and still are, in the order they came. A listener that throws stops the round. */
  emit(value: T): void {
    for (const listener of [...this.#listeners]) {
      if (this.#listeners.has(listener)) listener(value);
    }
  }
}
