// When the write that an admission belongs to has had its outcome. Admission comes before the write and is not told how it ends: the
// object may still be refused, its name be taken, the disk be full. The store itself is asked instead.

import type { Store } from '../../store/store.ts';

/**
 * Called during admission of a write to `key`: resolves when that write is durable or certain never to be, and the store's
 * watchers have been told. Never rejects.
 */
export async function settled(store: Store, key: string): Promise<void> {
  // The write is decided in this turn, after the admission (admission.ts); a microtask later it is accepted, or never will be.
  await undefined;
  try {
    // Deciding nothing still waits for what was accepted for the key before.
    await store.write(key, () => ({ op: 'none' }));
  } catch {
    // The write was lost, or the store is closed. Its own caller gets the error; here it is an outcome like any other.
  }
}
