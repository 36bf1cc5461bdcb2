// Pods that wait for a node: those to be tried now, by priority and then age, and those that were tried in vain and wait for
// something to change. It decides nothing about nodes.

import { type BackoffOptions, backoffDelay, type Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { PodInfo } from './pod-info.ts';

interface Entry {
  info: PodInfo;
  state: 'ready' | 'trying' | 'parked' | 'delayed';
  /** Tries in vain since the pod last changed. */
  attempts: number;
  /** Not to be tried before; monotonic milliseconds. */
  notBefore: number;
  cancel?: () => void;
}

export interface PendingQueueOptions {
  clock: Clock;
  random: Random;
  /** How soon a pod is tried again at most. A decision is cheap, so the ceiling is low. Default 50 ms, doubling up to 1 s. */
  retry?: BackoffOptions;
  /** Called when a pod has become ready to be tried. */
  onReady(): void;
}

const defaultRetry: BackoffOptions = { initialMs: 50, maxMs: 1_000, jitter: 0.1 };

/** Higher priority first, then older, then by name. */
function isBefore(a: PodInfo, b: PodInfo): boolean {
  const priorities = (b.pod.spec.priority ?? 0) - (a.pod.spec.priority ?? 0);
  if (priorities !== 0) return priorities < 0;
  const [ageA, ageB] = [a.pod.metadata.creationTimestamp, b.pod.metadata.creationTimestamp];
  if (ageA !== ageB) return ageA < ageB;
  return a.key < b.key;
}

export class PendingQueue {
  readonly #options: PendingQueueOptions;
  readonly #entries = new Map<string, Entry>();
  /** Those in state `parked`: waking looks at no others. */
  readonly #parked = new Set<Entry>();
  /** A binary heap of entries; those no longer ready, or replaced, are skipped when they come up. */
  readonly #heap: Entry[] = [];

  constructor(options: PendingQueueOptions) {
    this.#options = options;
  }

  /** How many pods wait, tried or not. */
  get size(): number {
    return this.#entries.size;
  }

  get(key: string): PodInfo | undefined {
    return this.#entries.get(key)?.info;
  }

  /** A new pod, or one whose wishes changed: to be tried at once. */
  add(info: PodInfo): void {
    this.remove(info.key);
    const entry: Entry = { info, state: 'ready', attempts: 0, notBefore: 0 };
    this.#entries.set(info.key, entry);
    this.#makeReady(entry);
  }

  /** The same pod with a newer object; its turn stays. */
  refresh(info: PodInfo): void {
    const entry = this.#entries.get(info.key);
    if (entry) entry.info = info;
  }

  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.cancel?.();
    this.#parked.delete(entry);
    this.#entries.delete(key);
  }

  /** The next pod to try. It stays in the queue's books until park(), retry() or remove(). */
  pop(): PodInfo | undefined {
    for (let entry = this.#popHeap(); entry; entry = this.#popHeap()) {
      if (entry.state !== 'ready' || this.#entries.get(entry.info.key) !== entry) continue;
      // Until it is settled what becomes of it, no event wakes it.
      entry.state = 'trying';
      return entry.info;
    }
    return undefined;
  }

  /** Tried in vain: waits for wake(). */
  park(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.state = 'parked';
    this.#parked.add(entry);
    const { clock, random, retry = defaultRetry } = this.#options;
    entry.notBefore = clock.monotonic() + backoffDelay(retry, entry.attempts++, random);
  }

  /** Failed on the way: is tried again after a pause, without waiting for anything. */
  retry(key: string): void {
    this.park(key);
    const entry = this.#entries.get(key);
    if (entry) this.#wakeOne(entry);
  }

  /** Something changed that may help the parked pods that `concerns` accepts. */
  wake(concerns: (info: PodInfo) => boolean = () => true): void {
    for (const entry of this.#parked) if (concerns(entry.info)) this.#wakeOne(entry);
  }

  /** Drops everything and its timers. */
  clear(): void {
    for (const key of [...this.#entries.keys()]) this.remove(key);
  }

  #wakeOne(entry: Entry): void {
    this.#parked.delete(entry);
    const { clock } = this.#options;
    const wait = entry.notBefore - clock.monotonic();
    if (wait <= 0) {
      this.#makeReady(entry);
      return;
    }
    entry.state = 'delayed';
    entry.cancel = clock.after(wait, () => this.#makeReady(entry));
  }

  #makeReady(entry: Entry): void {
    entry.state = 'ready';
    this.#pushHeap(entry);
    this.#options.onReady();
  }

  #pushHeap(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (!this.#isAhead(index, above)) return;
      this.#swap(index, above);
      index = above;
    }
  }

  #popHeap(): Entry | undefined {
    const heap = this.#heap;
    this.#swap(0, heap.length - 1);
    const top = heap.pop();
    for (let index = 0; ; ) {
      let first = index;
      for (const below of [2 * index + 1, 2 * index + 2]) if (this.#isAhead(below, first)) first = below;
      if (first === index) return top;
      this.#swap(index, first);
      index = first;
    }
  }

  #isAhead(index: number, other: number): boolean {
    const [a, b] = [this.#heap[index], this.#heap[other]];
    return a !== undefined && b !== undefined && isBefore(a.info, b.info);
  }

  #swap(index: number, other: number): void {
    const [a, b] = [this.#heap[index], this.#heap[other]];
    if (!a || !b) return;
    this.#heap[index] = b;
    this.#heap[other] = a;
  }
}
