// What a runner and the guard of its undo tell each other.

import type { WorldAccess } from '../../world/world-access.ts';

/** `done`: nothing is left to do. A runner that is gone without having said so has died. */
export type ToGuard = { readonly type: 'watch'; readonly watch: GuardWatch } | { readonly type: 'done' };

export type FromGuard = { readonly type: 'watching' };

export interface GuardWatch {
  readonly access: WorldAccess;
  readonly stateFolder: string;
  readonly mayRunCommands: boolean;
  /** The journal's file; it may not be there yet. */
  readonly journal: string;
}
