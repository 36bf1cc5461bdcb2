// Mutual exclusion between threads on one word: 0 is free, 1 is held, 2 is held and somebody sleeps for it (Drepper, "Futexes are tricky").
// What is done meanwhile takes microseconds and never waits. Not to be taken twice by one thread. Who dies with it takes all down.

/** Calls `fn` while no other thread is in such a call for the same word. */
export function exclusively<T>(words: Int32Array, at: number, fn: () => T): T {
  lock(words, at);
  try {
    return fn();
  } finally {
    unlock(words, at);
  }
}

function lock(words: Int32Array, at: number): void {
  let seen = Atomics.compareExchange(words, at, 0, 1);
  while (seen !== 0) {
    // Marked as waited for, else the holder would not wake anyone.
    const mayAwake = seen === 2 || Atomics.compareExchange(words, at, 1, 2) !== 0;
    if (mayAwake) Atomics.wait(words, at, 2);
    seen = Atomics.compareExchange(words, at, 0, 2);
  }
}

function unlock(words: Int32Array, at: number): void {
  if (Atomics.exchange(words, at, 0) === 2) Atomics.notify(words, at, 1);
}
