// The store without a disk: what is decided is durable at the end of the turn. For tests, and as the reference of what a store does.

import type { StoreOptions } from '../defaults.ts';
import type { Log } from '../log.ts';
import { LoggedStore } from '../logged-store.ts';
import { nothingLoaded } from '../state.ts';

const nowhere: Log = {
  append: () => Promise.resolve(),
  compact: () => Promise.resolve(true),
  close: () => Promise.resolve(),
};

export class MemoryStore extends LoggedStore {
  constructor(options?: StoreOptions) {
    super({ log: nowhere, loaded: nothingLoaded(), soon: queueMicrotask, options });
  }
}
